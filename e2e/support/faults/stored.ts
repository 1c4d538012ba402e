import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Turns one bit of a file around. */
export function flipBit(path: string, bit: number): void {
  const bytes = readFileSync(path);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  writeFileSync(path, bytes);
}

/**
 * Puts bytes of somebody's own making into the store as its newest generation, with everything right that the store looks
 * at; gives its number.
 */
export function plant(main: string, bytes: Uint8Array, after = newestOf(main)): number {
  const at = (name: string) => join(main, 'bundles', name);
  // Whoever makes a bundle by hand can leave out the label's own checksum.
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

/** The generation that was written last. */
function newestOf(main: string): number {
  const names = readdirSync(join(main, 'bundles'));
  return Math.max(...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));
}
