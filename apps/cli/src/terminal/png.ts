import { PNG } from 'pngjs';
import type { Picture } from './photo.js';

/** A PNG of a picture: `scale` pixels for each of its pixels, and a light margin as in a photo. */
export function pngOf(picture: Picture, scale = 4): Uint8Array {
  const margin = 4;
  const width = (Math.max(...picture.map((row) => row.length)) + 2 * margin) * scale;
  const height = (picture.length + 2 * margin) * scale;
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = picture[Math.floor(y / scale) - margin];
      const isLight = row?.[Math.floor(x / scale) - margin] ?? true;
      png.data.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
      png.data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(png);
}
