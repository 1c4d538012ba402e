import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, openRegular } from '@wakey/host';

/**
 * The file of a profile that holds the key of the cookies. It also holds switches and names of profiles, which change how the
 * browser behaves.
 */
export const LOCAL_STATE = 'Local State';

/**
 * The part of `Local State` that a backup contains: the key that decrypts the cookies. The rest of the file turns on
 * browser features and names other profiles, one of which the browser would then open instead.
 */
export async function localStateOf(path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(await openRegular(path), LONGEST)) chunks.push(chunk);
  return new TextEncoder().encode(`${JSON.stringify({ os_crypt: cookieKeyIn(Buffer.concat(chunks).toString()) })}\n`);
}

/** Reduces the `Local State` of an imported profile to the part that a backup contains. */
export async function reduceLocalState(profile: string): Promise<void> {
  const path = join(profile, LOCAL_STATE);
  const kept = await localStateOf(path);
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(kept);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The size limit of `Local State` in bytes. Chromium's own file has some hundred kB. */
const LONGEST = 16 * 1024 ** 2;

function cookieKeyIn(text: string): unknown {
  try {
    return Object(JSON.parse(text)).os_crypt;
  } catch (error) {
    // A killed browser can leave invalid JSON, and the next browser creates the file again.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
