import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Flips one bit of a file. */
export function flipBit(path: string, bit: number): void {
  const bytes = readFileSync(path);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  writeFileSync(path, bytes);
}

/**
 * Puts any bytes into the store as its newest backup, with a label and a checksum that the store accepts. Returns the number
 * of the backup.
 */
export function plant(main: string, bytes: Uint8Array, after = newestOf(main)): number {
  const at = (name: string) => join(main, 'bundles', name);
  // A label that is made by hand may lack its own checksum.
  const { checksum: _, ...former } = JSON.parse(readFileSync(at(`${after}.json`), 'utf8')) as {
    checksum: string;
    fence: number;
  };
  const generation = after + 1;
  const label = { ...former, generation, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  writeFileSync(at(`${generation}.bundle`), bytes, { mode: 0o600 });
  writeFileSync(at(`${generation}.json`), `${JSON.stringify(label)}\n`, { mode: 0o600 });
  writeFileSync(at('fence.json'), `${JSON.stringify({ fence: former.fence, generation })}\n`);
  return generation;
}

/** The number of the newest backup. */
function newestOf(main: string): number {
  const names = readdirSync(join(main, 'bundles'));
  return Math.max(...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));
}
