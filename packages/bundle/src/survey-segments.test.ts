import type { ProfileState, StoredSegment } from '@wakey/core';
import { expect, test } from 'vitest';
import { packSegments, type SurveyedSegments, surveySegments } from './index.js';
import { noise } from './testing/bundles.js';

const SIZE = 100_000;
const nothing: ProfileState = { version: 1, commits: 0, files: {} };

/** Segments of one group each, which write `SIZE` bytes. */
async function segmentsOf(count: number): Promise<readonly StoredSegment[]> {
  const all: StoredSegment[] = [];
  for (let number = 1; number <= count; number += 1) {
    const steps = async function* () {
      yield { type: 'write', path: 'log', at: 0, bytes: noise(SIZE, `${number}`) } as const;
      yield { type: 'commit', state: { version: 1, commits: number, files: {} } } as const;
    };
    for await (const { bytes } of packSegments(steps(), nothing, () => ({ at: 0, proved: 0, fence: 1 })))
      all.push({ number, bytes });
  }
  return all;
}

/** A store whose segments a test may replace, and the numbers from which they were read. */
function storeOf(content: readonly StoredSegment[]) {
  const readFrom: number[] = [];
  const store = {
    content,
    readFrom,
    async *read(from: number): AsyncGenerator<StoredSegment> {
      readFrom.push(from);
      yield* store.content.filter(({ number }) => number >= from);
    },
  };
  return store;
}

async function numbersOf({ segments }: SurveyedSegments): Promise<readonly number[]> {
  const numbers: number[] = [];
  for await (const { number, steps } of segments()) {
    expect(steps.map(({ type }) => type)).toEqual(['write', 'commit']);
    numbers.push(number);
  }
  return numbers;
}

test('reads the segments once if they fit into memory, so that a later change in the store does not matter', async () => {
  const store = storeOf(await segmentsOf(5));
  const survey = await surveySegments(store.read);
  store.content = [];
  expect(await numbersOf(survey)).toEqual([1, 2, 3, 4, 5]);
  expect(await numbersOf(survey)).toEqual([1, 2, 3, 4, 5]);
  expect(store.readFrom).toEqual([1]);
});

test('keeps no more segments than memory was granted, and reads the others again', async () => {
  const store = storeOf(await segmentsOf(5));
  const survey = await surveySegments(store.read, { memory: 3.5 * SIZE });
  expect(await numbersOf(survey)).toEqual([1, 2, 3, 4, 5]);
  expect(store.readFrom).toEqual([1, 4]);
  const none = await surveySegments(store.read, { memory: 0 });
  expect(await numbersOf(none)).toEqual([1, 2, 3, 4, 5]);
  expect(store.readFrom).toEqual([1, 4, 1, 1]);
});

test('counts steps without bytes too', async () => {
  const steps = async function* () {
    for (let index = 0; index < 10_000; index += 1) yield { type: 'remove', path: `${index}` } as const;
    yield { type: 'commit', state: { version: 1, commits: 1, files: {} } } as const;
  };
  const all: StoredSegment[] = [];
  for await (const { bytes } of packSegments(steps(), nothing, () => ({ at: 0, proved: 0, fence: 1 })))
    all.push({ number: all.length + 1, bytes });
  const store = storeOf(all);
  const { segments } = await surveySegments(store.read, { memory: 1024 * 1024 });
  for await (const { number } of segments()) expect(number).toBe(1);
  expect(store.readFrom).toEqual([1, 1]);
});

test.each<readonly [string, (segments: readonly StoredSegment[]) => readonly StoredSegment[]]>([
  [
    'has other bytes',
    (segments) => segments.map((one, index) => ({ ...one, bytes: segments[Math.min(index, 1)]?.bytes ?? one.bytes })),
  ],
  ['is missing at the end', (segments) => segments.slice(0, 2)],
  ['is missing in the middle', (segments) => segments.filter(({ number }) => number !== 2)],
])('notices that a segment %s when it is read again', async (_, change) => {
  const store = storeOf(await segmentsOf(3));
  const survey = await surveySegments(store.read, { memory: 1.5 * SIZE });
  expect(survey.last?.number).toBe(3);
  store.content = change(store.content);
  await expect(numbersOf(survey)).rejects.toMatchObject({ code: 'bundle-damaged' });
});

test('leaves out the segments that were appended after the survey', async () => {
  const all = await segmentsOf(4);
  const store = storeOf(all.slice(0, 3));
  const survey = await surveySegments(store.read, { memory: 0 });
  store.content = all;
  expect(await numbersOf(survey)).toEqual([1, 2, 3]);
});
