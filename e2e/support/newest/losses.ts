import { open, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeepingChild } from '../faults/keeping-child.ts';
import { noProcess } from '../faults/kept.ts';
import { killAll, processesNaming } from '../processes.ts';

/** What is lost in a round. `torn`: the machine, and the end of the last segment in the store. */
export const losses = ['browser', 'node', 'both', 'machine', 'torn'] as const;

/** See {@link losses}. */
export type Loss = (typeof losses)[number];

/** The directories of a session: those of its machine, and the store that outlives the machine. */
export interface Places {
  /** The directory with everything that the machine has. */
  readonly machine: string;
  readonly sessionsDir: string;
  readonly memoryDir: string;
  readonly storeDir: string;
}

/** Returns the paths below a folder. */
export function placesIn(folder: string): Places {
  const machine = join(folder, 'machine');
  return {
    machine,
    sessionsDir: join(machine, 'sessions'),
    memoryDir: join(machine, 'memory'),
    storeDir: join(folder, 'store'),
  };
}

/** Causes a loss, and resolves when its processes are gone. `share` (0 to 1) chooses where the last segment is cut. */
export async function lose(
  loss: Loss,
  { machine, storeDir }: Places,
  child: KeepingChild,
  share: number,
): Promise<void> {
  const { pid } = child.process;
  if (loss !== 'node') killAll(processesNaming(machine).filter((found) => found !== pid));
  if (loss === 'browser') return;
  child.process.kill('SIGKILL');
  await child.gone;
  await noProcess(machine);
  if (loss === 'machine' || loss === 'torn') await rm(machine, { recursive: true });
  if (loss === 'torn') await tear(storeDir, share);
}

/** Cuts off the end of the last segment of the newest backup that has segments. */
async function tear(storeDir: string, share: number): Promise<void> {
  const files = (await readdir(storeDir, { recursive: true })).filter((name) => name.endsWith('.segments'));
  const numberOf = (name: string): number => Number(/(\d+)\.segments$/.exec(name)?.[1]);
  const [newest] = files.sort((one, other) => numberOf(other) - numberOf(one));
  if (newest === undefined) return;
  const path = join(storeDir, newest);
  const last = await lastRecord(path);
  if (last !== undefined) await truncate(path, last.start + Math.floor(share * (last.end - last.start)));
}

/** Where the last record of a file of segments begins and ends; see `segment-file.ts` of the store. */
async function lastRecord(path: string): Promise<{ readonly start: number; readonly end: number } | undefined> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    let last: { readonly start: number; readonly end: number } | undefined;
    for (let start = 0; start < size; ) {
      const header = Buffer.alloc(96);
      await handle.read(header, 0, header.length, start);
      const end = start + header.length + Number(header.readBigUInt64LE(24)) + 8;
      // The kill itself may have torn the last record already.
      if (end > size) return { start, end: size };
      last = { start, end };
      start = end;
    }
    return last;
  } finally {
    await handle.close();
  }
}
