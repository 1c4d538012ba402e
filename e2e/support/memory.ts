import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A directory in memory. */
export interface Memory {
  readonly path: string;
  /** Removes everything in it, as a reboot does. */
  wipe(): Promise<void>;
  unmount(): Promise<void>;
}

/** Creates a directory below `/dev/shm`, which every Linux has. If there is too little room for a profile, the test fails. */
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
