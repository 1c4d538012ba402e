import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** The bytes are not a PNG. */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
}

/** Reads the QR code on a PNG picture; undefined when there is none. Throws {@link UnreadablePicture}. */
export function readPicture(bytes: Uint8Array): string | undefined {
  const picture = decode(bytes);
  return readPixels(picture) ?? readPixels(framed(picture));
}

// The package is CommonJS whose types name a default export; Node hands the whole module over as the default.
const readQr =
  (jsqr as unknown as { default?: typeof jsqr.default }).default ?? (jsqr as unknown as typeof jsqr.default);

function readPixels({ data, width, height }: PNG): string | undefined {
  return readQr(new Uint8ClampedArray(data), width, height)?.data;
}

/** A code that fills its picture to the edge, as a page's canvas does, is found only with room around it. */
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
    throw new UnreadablePicture('The picture is not a PNG that can be read. Send the bytes of a PNG file.', { cause });
  }
}
