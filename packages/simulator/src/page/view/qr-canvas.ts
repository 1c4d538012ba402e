import { encode } from 'uqr';

const size = 228;

/** Draws a QR text on a new canvas, as large as the page allows. */
export function qrCanvas(text: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'Scan this QR code to link a device!');
  const { data } = encode(text, { ecc: 'M', border: 0 });
  const pen = canvas.getContext('2d');
  if (pen === null) return canvas;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, size, size);
  pen.fillStyle = '#122e31';
  const edge = size / data.length;
  for (const [row, cells] of data.entries()) {
    for (const [column, isDark] of cells.entries()) {
      if (!isDark) continue;
      // Round to whole pixels, so that there are no gaps between neighbours.
      const left = Math.round(column * edge);
      const top = Math.round(row * edge);
      pen.fillRect(left, top, Math.round((column + 1) * edge) - left, Math.round((row + 1) * edge) - top);
    }
  }
  return canvas;
}
