import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** Thrown if the bytes are not a PNG picture. */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
}

/** Reads the QR code on a PNG picture; returns undefined if there is none. Throws {@link UnreadablePicture}. */
export function readPicture(bytes: Uint8Array): string | undefined {
  const picture = decode(bytes);
  return readPixels(picture) ?? readPixels(framed(picture));
}

// `jsqr` is CommonJS: its types declare a default export, but Node returns the whole module as the default.
const readQr =
  (jsqr as unknown as { default?: typeof jsqr.default }).default ?? (jsqr as unknown as typeof jsqr.default);

function readPixels({ data, width, height }: PNG): string | undefined {
  return readQr(new Uint8ClampedArray(data), width, height)?.data;
}

/** Adds a margin, because the reader does not find a code that fills the whole picture, as on a page's canvas. */
function framed(picture: PNG): PNG {
  const room = Math.ceil(Math.max(picture.width, picture.height) / 8);
  const larger = new PNG({ width: picture.width + 2 * room, height: picture.height + 2 * room });
  larger.data.fill(255);
  PNG.bitblt(picture, larger, 0, 0, picture.width, picture.height, room, room);
  return larger;
}

function decode(bytes: Uint8Array): PNG {
  try {
    return PNG.sync.read(Buffer.from(bytes));
  } catch (cause) {
    throw new UnreadablePicture('The bytes are not a readable PNG picture. Send the content of a PNG file.', { cause });
  }
}
