import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, test } from 'vitest';
import { applySegments, type NumberedSegment, type SegmentStep } from './index.js';
import { noise } from './testing/bundles.js';

const commit: SegmentStep = { type: 'commit', commits: 1 };
const takes = () => true;

async function* each(all: readonly (readonly SegmentStep[])[]): AsyncGenerator<NumberedSegment> {
  for (const [index, steps] of all.entries()) yield { number: index + 1, steps: [...steps, commit] };
}

function write(path: string, at: number, bytes: Uint8Array): SegmentStep {
  return { type: 'write', path, at, bytes };
}

test('writes what single writes would: many files at once, small and large ones, over one another, shortened, removed', async () => {
  const model = new Map<string, Buffer>();
  const random = Buffer.from(noise(400_000, 'steps'));
  const content = noise(400_000);
  let used = 0;
  const below = (limit: number): number => {
    used += 4;
    return random.readUInt32LE(used) % limit;
  };
  const segments = Array.from({ length: 300 }, () =>
    Array.from({ length: 40 }, (): SegmentStep => {
      const path = `files/${below(50)}`;
      const old = model.get(path);
      const choice = below(20);
      if (old === undefined) {
        model.set(path, Buffer.alloc(0));
        return { type: 'create', path };
      }
      if (choice === 0) {
        model.delete(path);
        return { type: 'remove', path };
      }
      if (choice === 1) {
        const size = below(old.length + 1);
        model.set(path, old.subarray(0, size));
        return { type: 'truncate', path, size };
      }
      const at = choice < 5 ? below(old.length + 1) : old.length;
      const from = below(100_000);
      const bytes = content.subarray(from, from + (choice === 19 ? 300_000 : below(3_000)));
      const end = Buffer.from(old.subarray(at + bytes.length));
      model.set(path, Buffer.concat([old.subarray(0, at), bytes, end]));
      return write(path, at, bytes);
    }),
  );
  const into = temporaryDirectory();
  await applySegments(each(segments), into, { through: segments.length, takes });
  expect(readdirSync(join(into, 'files')).sort()).toEqual([...model.keys()].map((path) => path.slice(6)).sort());
  for (const [path, content] of model) expect(readFileSync(join(into, path)).equals(content), path).toBe(true);
});

test('applies nothing more once it is aborted', async () => {
  const into = temporaryDirectory();
  mkdirSync(join(into, 'a'));
  const stop = new AbortController();
  async function* segments(): AsyncGenerator<NumberedSegment> {
    yield { number: 1, steps: [{ type: 'create', path: 'a/one' }, commit] };
    stop.abort('enough');
    yield { number: 2, steps: [{ type: 'create', path: 'a/two' }, commit] };
  }
  const applying = applySegments(segments(), into, { through: 2, takes, signal: stop.signal });
  await expect(applying).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  expect(readdirSync(join(into, 'a'))).toEqual(['one']);
});
