import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, openRegular } from './walk.js';

/** The file of a profile that holds the key of the cookies, beside switches and names of profiles that steer the browser. */
export const LOCAL_STATE = 'Local State';

/**
 * What of `Local State` is kept: the key that opens the cookies. The rest turns on features of the browser and names other
 * profiles, one of which the browser would then open instead.
 */
export async function localStateOf(path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(await openRegular(path), LONGEST)) chunks.push(chunk);
  return new TextEncoder().encode(`${JSON.stringify({ os_crypt: cookieKeyIn(Buffer.concat(chunks).toString()) })}\n`);
}

/** Leaves of the `Local State` of a profile, which came from elsewhere, what is kept of one. */
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

/** Chromium's own is some hundred kB, in bytes. */
const LONGEST = 16 * 1024 ** 2;

function cookieKeyIn(text: string): unknown {
  try {
    return Object(JSON.parse(text)).os_crypt;
  } catch (error) {
    // A browser that was killed can leave it so, and makes it anew.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
