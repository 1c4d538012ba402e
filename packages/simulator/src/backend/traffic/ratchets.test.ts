import { expect, it } from 'vitest';
import { createRatchetRecord } from './ratchets.ts';

const session = (sent: number) => ({ peer: 'peer', session: 1, step: 1, sent, received: 0 });
const commit = (number: number, word = 'first') => ({ number, mark: `${word} ${number}`, session: session(number) });
const holding = (number: number, word = 'first') => ({
  newest: { number, mark: number === 0 ? '' : `${word} ${number}` },
  isWhole: true,
  sessions: number === 0 ? [] : [session(number)],
  prekeys: [],
});

/** A record of a device that has told five commits, one each second. */
function fiveTold() {
  const record = createRatchetRecord();
  for (let number = 1; number <= 5; number += 1) record.tell(commit(number), number * 1_000);
  return record;
}

it('finds nothing missing when the device holds what it told, or more', () => {
  for (const number of [5, 6]) {
    expect(fiveTold().connect(holding(number), 9_000)).toMatchObject({
      acknowledged: 5,
      commits: number,
      behind: 0,
      lacksFrom: null,
      isOtherCopy: false,
    });
  }
});

it('says how many commits are missing, since when, and by how much each session is older', () => {
  const held = fiveTold().connect(holding(2), 9_000);
  expect(held).toMatchObject({ at: 9_000, acknowledged: 5, commits: 2, behind: 3, lacksFrom: 3_000 });
  expect(held.sessions).toEqual([{ ...session(2), behind: { sent: 3, received: 0, turns: 0 } }]);
});

it('counts every commit as missing when the storage is empty', () => {
  const held = fiveTold().connect(holding(0), 9_000);
  expect(held).toMatchObject({ commits: 0, behind: 5, lacksFrom: 1_000 });
  expect(held.sessions).toMatchObject([{ peer: 'peer', sent: 0, behind: { sent: 5 } }]);
});

it('names a commit that is missing although a later one is there, and since when it is', () => {
  const held = fiveTold().connect({ ...holding(5), firstMissing: 4, isWhole: false }, 9_000);
  expect(held).toMatchObject({ behind: 0, firstMissing: 4, lacksFrom: 4_000, isWhole: false });
});

it('knows another copy of the device by the mark of its newest commit', () => {
  expect(fiveTold().connect(holding(4, 'second'), 9_000).isOtherCopy).toBe(true);
});

it('knows a copy that comes back after another one has gone on, even if that one has told fewer commits', () => {
  const record = fiveTold();
  record.connect(holding(2), 9_000);
  record.tell(commit(3, 'second'), 10_000);
  expect(record.connect(holding(5), 11_000)).toMatchObject({ commits: 5, behind: 0, isOtherCopy: true });
});

it('goes on from what the device holds, so that the same loss is not counted again', () => {
  const record = fiveTold();
  record.connect(holding(2), 9_000);
  expect(record.connect(holding(2), 10_000)).toMatchObject({ acknowledged: 2, behind: 0, lacksFrom: null });
  record.tell(commit(3, 'second'), 11_000);
  expect(record.connect(holding(3, 'second'), 12_000)).toMatchObject({ behind: 0, isOtherCopy: false });
});
