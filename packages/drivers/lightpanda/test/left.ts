import { readdirSync, readFileSync } from 'node:fs';

/** The processes and files that browsers with this directory as TMPDIR left behind. */
export function leftIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name !== 'lightpanda');
  return [...processesHolding(folder).map(String), ...files];
}

/** The processes with this path in their environment, without zombies. */
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
    // The process has just ended, or this user may not read it.
    return '';
  }
}
