import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A directory in memory, as a machine or a container has one. */
export interface Memory {
  readonly path: string;
  /** Everything in it goes, as at a reboot. */
  wipe(): Promise<void>;
  unmount(): Promise<void>;
}

/** A directory of its own below `/dev/shm`, which every Linux has; what is too small for a profile fails the test, loudly. */
export async function mountMemory(): Promise<Memory> {
  const path = await mkdtemp('/dev/shm/wakey-e2e-');
  return {
    path,
    async wipe() {
      for (const name of await readdir(path)) await rm(join(path, name), { recursive: true });
    },
    unmount: () => rm(path, { recursive: true, force: true }),
  };
}
