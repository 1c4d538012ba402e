import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** The bytes are not a PNG. */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
}

/** Reads the QR code on a PNG picture; undefined when there is none. Throws {@link UnreadablePicture}. */
export function readPicture(bytes: Uint8Array): string | undefined {
  const { data, width, height } = decode(bytes);
  return readQr(new Uint8ClampedArray(data), width, height)?.data;
}

// The package is CommonJS whose types name a default export; Node hands the whole module over as the default.
const readQr =
  (jsqr as unknown as { default?: typeof jsqr.default }).default ?? (jsqr as unknown as typeof jsqr.default);

function decode(bytes: Uint8Array): PNG {
  try {
    return PNG.sync.read(Buffer.from(bytes));
  } catch (cause) {
    throw new UnreadablePicture('The picture is not a PNG that can be read. Send the bytes of a PNG file.', { cause });
  }
}
