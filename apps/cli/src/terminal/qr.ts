import { encode } from 'uqr';

/** How a QR code is drawn. */
export interface QrStyle {
  /** Black on white by colour codes, which phones read on any background. Without colours, the code needs a dark background. */
  readonly colours: boolean;
}

/**
 * Draws a QR code with half blocks: each character holds two modules. With the lowest error correction, which is enough for a
 * screen, the about 230 characters of WhatsApp's codes need 31 lines of 61 columns.
 */
export function drawQr(text: string, { colours }: QrStyle): readonly string[] {
  const { data } = encode(text, { ecc: 'L', border: QUIET });
  const isDark = (row: number, column: number) => data[row]?.[column] === true;
  const lines: string[] = [];
  for (let row = 0; row < data.length; row += 2) {
    const cells = (data[row] ?? []).map((_, column) => {
      const [upper, lower] = [isDark(row, column), isDark(row + 1, column)];
      return colours ? blockOf(upper, lower) : blockOf(!upper, row + 1 < data.length && !lower);
    });
    lines.push(colours ? `${BLACK_ON_WHITE}${cells.join('')}${RESET}` : cells.join(''));
  }
  return lines;
}

function blockOf(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}

/** Half the margin of the standard: phones accept it, and the code then fits into 80 × 40. */
const QUIET = 2;
/** From the 256 colours, whose black and white no theme changes. */
const BLACK_ON_WHITE = '\x1b[38;5;16;48;5;231m';
const RESET = '\x1b[0m';
