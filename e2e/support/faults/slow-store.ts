import { setTimeout as delay } from 'node:timers/promises';
import type { SessionStore } from '@wakey/core';
import { type Files, realFiles, thisPlatform } from '@wakey/host';
import { intercepted } from '@wakey/testkit';
import { storeIn } from '../../../packages/stores/filesystem/src/filesystem-store.ts';

/** The steps of a store's write. */
export type StoreStep = 'pack' | 'write' | 'rotate' | 'idle';

/** A filesystem store on a slow disk, so that each step of a write lasts long enough for a kill. Reports each step to `tell`. */
export function slowStore(directory: string, random: () => number, tell: (step: StoreStep) => void): SessionStore {
  let step: StoreStep = 'idle';
  const goTo = (next: StoreStep) => {
    if (next !== step) tell(next);
    step = next;
  };
  const pause = () => delay(random() * 6);
  const disk = { files: slowFiles(pause, goTo), platform: thisPlatform };
  const store = storeIn({ directory, disk, sleep: (ms) => delay(ms), warn: () => undefined });
  return {
    ...store,
    async write(id, bytes, options) {
      try {
        return await store.write(id, pulled(bytes, pause, goTo), options);
      } finally {
        goTo('idle');
      }
    },
    async read(id, options) {
      const bundle = await store.read(id, options);
      return bundle && { ...bundle, bytes: pulled(bundle.bytes, pause, () => undefined) };
    },
  };
}

async function* pulled(
  bytes: AsyncIterable<Uint8Array>,
  pause: () => Promise<void>,
  goTo: (step: StoreStep) => void,
): AsyncGenerator<Uint8Array> {
  goTo('pack');
  for await (const chunk of bytes) {
    await pause();
    yield chunk;
    goTo('pack');
  }
  goTo('write');
}

function slowFiles(pause: () => Promise<void>, goTo: (step: StoreStep) => void): Files {
  return intercepted(realFiles, async ({ name, args, isOfHandle, proceed }) => {
    if (isOfHandle && name === 'writeFile') goTo('write');
    await pause();
    const result = await proceed();
    // This rename puts the label in place, and with it the backup exists. The later calls remove the oldest backup.
    if (name === 'rename' && /\/\d+\.json$/.test(String(args[1]))) goTo('rotate');
    return result;
  });
}
