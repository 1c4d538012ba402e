/** The size of the terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Draws the output of `tmux capture-pane -e`. Block characters become rectangles, so that a phone can scan a QR code in the picture. */
export function svgOf(screen: string, { columns, rows }: Size): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = rows * CELL.height + 2 * MARGIN;
  const lines = linesOf(screen).slice(0, rows);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="13" xml:space="preserve">`,
    ...lines.flatMap(shapesOf),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Neighbouring characters with the same style. */
interface Run extends Style {
  readonly text: string;
}

interface Style {
  readonly ink: string;
  readonly paper: string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

const PLAIN: Style = { ink: '#d7dae0', paper: undefined, isBold: false, isDim: false };
const PAPER = '#16191f';
const CELL = { width: 8, height: 16 };
const MARGIN = 12;

/** The lines of a screen. A style lasts until the next style, also across lines. */
function linesOf(screen: string): readonly (readonly Run[])[] {
  let style = PLAIN;
  return screen.split('\n').map((line) => {
    const runs: Run[] = [];
    for (const [index, part] of line.split(new RegExp(`${ESCAPE}\\[([\\d;]*)m`)).entries()) {
      if (index % 2 === 1) style = styled(style, part === '' ? [0] : part.split(';').map(Number));
      else if (part !== '') runs.push({ ...style, text: part });
    }
    return runs;
  });
}

const ESCAPE = '\u001b';

function styled(style: Style, codes: readonly number[]): Style {
  const [code, mode, colour, ...rest] = codes;
  if (code === undefined) return style;
  if ((code === 38 || code === 48) && mode === 5) {
    const named = colours256[colour ?? -1];
    if (named === undefined) throw new Error(`The picture has no colour ${colour} of the 256.`);
    return styled(code === 38 ? { ...style, ink: named } : { ...style, paper: named }, rest);
  }
  const change = changes[code];
  if (change === undefined) throw new Error(`The picture knows no style ${code}.`);
  return styled({ ...style, ...change }, codes.slice(1));
}

/** The colours that our screens use, out of the 256 of a terminal. */
const colours256: Readonly<Record<number, string>> = { 16: '#000000', 231: '#ffffff' };

/** The style codes that our screens use, with what each changes. */
const changes: Readonly<Record<number, Partial<Style>>> = {
  0: PLAIN,
  1: { isBold: true },
  2: { isDim: true },
  22: { isBold: false, isDim: false },
  31: { ink: '#f2777a' },
  32: { ink: '#8fc97b' },
  33: { ink: '#e6b455' },
  36: { ink: '#6cc3d5' },
  39: { ink: PLAIN.ink },
  49: { paper: undefined },
};

function shapesOf(runs: readonly Run[], row: number): readonly string[] {
  let column = 0;
  return runs.flatMap((run) => {
    const from = column;
    column += [...run.text].length;
    return [paperOf(run, from, row), ...blocksOf(run, from, row), ...wordsOf(run, from, row)].filter(
      (shape) => shape !== '',
    );
  });
}

function paperOf({ text, paper }: Run, column: number, row: number): string {
  return paper === undefined ? '' : rectangle(paper, column, row * 2, [...text].length, 2);
}

function blocksOf({ text, ink }: Run, column: number, row: number): readonly string[] {
  return [...text.matchAll(/█+|▀+|▄+/g)].map((match) => {
    const blocks = match[0];
    const halfRow = row * 2 + (blocks.startsWith('▄') ? 1 : 0);
    return rectangle(ink, column + match.index, halfRow, blocks.length, blocks.startsWith('█') ? 2 : 1);
  });
}

/** A rectangle whose row and height are in halves of a character. */
function rectangle(fill: string, column: number, halfRow: number, width: number, halves: number): string {
  const [x, y] = [column * CELL.width + MARGIN, (halfRow * CELL.height) / 2 + MARGIN];
  const size = `width="${width * CELL.width}" height="${(halves * CELL.height) / 2}"`;
  return `<rect x="${x}" y="${y}" ${size} fill="${fill}" shape-rendering="crispEdges"/>`;
}

/** Draws each group of words at its own column, so that the width of the font does not shift it. */
function wordsOf({ text, ink, isBold, isDim }: Run, column: number, row: number): readonly string[] {
  return [...text.matchAll(/[^\s█▀▄]+(?: [^\s█▀▄]+)*/g)].map((match) => {
    const words = match[0];
    const x = (column + match.index) * CELL.width + MARGIN;
    const y = row * CELL.height + 12.5 + MARGIN;
    const look = `fill="${ink}"${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity="0.6"' : ''}`;
    return `<text x="${x}" y="${y}" textLength="${[...words].length * CELL.width}" ${look}>${escaped(words)}</text>`;
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
