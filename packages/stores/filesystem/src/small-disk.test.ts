import { storeClauses } from '@wakey/conformance';
import { isWakeyError } from '@wakey/core';
import { realFiles } from '@wakey/host';
import { canMount, inTrouble, mountedDisk, temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { store, streamOf, textOf } from './testing/open-store.js';
import { onSmallDisks } from './testing/small-disk.js';
import { filesystemUnderTest } from './testing/under-test.js';

const isMounting = canMount();
const under = isMounting ? onSmallDisks() : filesystemUnderTest();
const wanted = ['fill', 'protect'];
const clauses = storeClauses.filter(({ needs }) => wanted.includes(needs ?? ''));

describe(
  isMounting ? 'on a small disk of its own' : 'on a simulated full disk, because this user may not mount a disk',
  () => {
    it.each(clauses.map((clause) => [clause.name, clause] as const))('%s', (_, { check }) => check(under));

    it('keeps the old generation if the disk becomes full at any point, and writes the new one if there is enough space', async () => {
      const { directory, leave, files } = isMounting ? realDisk() : playedDisk();
      const kept = store(directory, { files });
      await kept.write('main', streamOf('the old one'), { fence: 1, metadata: {} });
      let expected = 'the old one';
      const outcomes: boolean[] = [];
      for (let pages = 0; pages <= 40; pages += 1) {
        leave(pages * 4_096);
        const text = `new ${pages} `.repeat(10_000);
        const isKept = await kept.write('main', streamOf(text), { fence: 1, metadata: {} }).then(
          () => true,
          (error) => !isWakeyError(error, 'store-unwritable') && Promise.reject(error),
        );
        outcomes.push(isKept);
        if (isKept) expected = text;
        expect(await textOf(await store(directory).read('main'))).toBe(expected);
        expect(await store(directory).list()).toEqual(['main']);
      }
      expect(new Set(outcomes)).toEqual(new Set([false, true]));
    });
  },
);

function realDisk() {
  const disk = mountedDisk();
  onTestFinished(() => disk.remove());
  return { directory: disk.path, leave: disk.leave, files: realFiles };
}

function playedDisk() {
  let room = 0;
  const leave = (bytes: number) => {
    room = bytes;
  };
  const files = inTrouble(realFiles, () => (room < 20 * 4_096 ? 'full' : undefined));
  return { directory: temporaryDirectory(), leave, files };
}
