import { readdirSync, readFileSync } from 'node:fs';

/** What is left of browsers that had this directory as their TMPDIR: their processes, and their files. */
export function leftIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name !== 'lightpanda');
  return [...processesHolding(folder).map(String), ...files];
}

/** The processes that hold a path in their environment, zombies not counted. */
export function processesHolding(path: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).includes(path) && !/\) [ZX] /.test(read(`/proc/${pid}/stat`)))
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process ended while it was looked at, or is not ours to look at.
    return '';
  }
}
