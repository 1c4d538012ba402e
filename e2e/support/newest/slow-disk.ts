import { setTimeout as delay } from 'node:timers/promises';
import type { SessionStore } from '@wakey/core';
import { realFiles, thisPlatform } from '@wakey/host';
import { intercepted } from '@wakey/testkit';
import { storeIn } from '../../../packages/stores/filesystem/src/filesystem-store.ts';

/** A filesystem store on a disk that writes so many bytes a second, all writes together, one after the other. */
export function storeOnSlowDisk(directory: string, bytesPerSecond: number): SessionStore {
  let freeAt = 0;
  const files = intercepted(realFiles, async ({ name, args: [bytes], isOfHandle, proceed }) => {
    if (isOfHandle && name === 'writeFile' && bytes instanceof Uint8Array) {
      freeAt = Math.max(freeAt, performance.now()) + (bytes.byteLength / bytesPerSecond) * 1_000;
      await delay(freeAt - performance.now());
    }
    return proceed();
  });
  const disk = { files, platform: thisPlatform };
  return storeIn({ directory, disk, sleep: (ms) => delay(ms), warn: () => undefined });
}
