import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_SEGMENT, type ProfileState, type ProfileStep, type StoredSegment } from '@wakey/core';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, test } from 'vitest';
import {
  applySegments,
  changedFiles,
  type NumberedSegment,
  type PackedSegment,
  packSegments,
  readSegment,
  surveySegments,
  type TellableStep,
} from './index.js';
import { noise } from './testing/bundles.js';

const facts = { at: 1_795_000_000_000, proved: 0, fence: 7 };
const commit = (commits: number): TellableStep => ({ type: 'commit', state: { version: 1, commits, files: {} } });
const write = (path: string, at: number, text: string): TellableStep => ({
  type: 'write',
  path,
  at,
  bytes: Buffer.from(text),
});

const nothing: ProfileState = { version: 1, commits: 0, files: {} };

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** The segments of these steps; each list of steps makes its own. */
async function segmentsOf(...takes: readonly (readonly TellableStep[])[]): Promise<readonly StoredSegment[]> {
  const all: StoredSegment[] = [];
  for (const steps of takes) {
    for await (const { bytes } of packSegments(each(steps), nothing, () => facts))
      all.push({ number: all.length + 1, bytes });
  }
  return all;
}

async function applied(segments: readonly StoredSegment[], through: number): Promise<string> {
  const into = temporaryDirectory();
  mkdirSync(join(into, 'Default'));
  writeFileSync(join(into, 'Default/a.log'), 'one,');
  await applySegments(each(numbered(segments)), into, { through, takes: () => true });
  return into;
}

function numbered(segments: readonly StoredSegment[]): readonly NumberedSegment[] {
  return segments.map(({ number, bytes }) => ({ number, steps: readSegment(bytes).steps }));
}

test('applies every step in its order, and only up to the segment that the caller names', async () => {
  const segments = await segmentsOf(
    [
      write('Default/a.log', 4, 'two,'),
      { type: 'create', path: 'Default/deep/b' },
      write('Default/deep/b', 0, 'b'),
      commit(2),
    ],
    [write('Default/a.log', 8, 'three,'), { type: 'remove', path: 'Default/deep/b' }, commit(3)],
    [{ type: 'truncate', path: 'Default/a.log', size: 3 }, commit(4)],
  );
  const one = await applied(segments, 1);
  expect(readFileSync(join(one, 'Default/a.log'), 'utf8')).toBe('one,two,');
  expect(readFileSync(join(one, 'Default/deep/b'), 'utf8')).toBe('b');
  expect(statSync(join(one, 'Default/deep/b')).mode & 0o777).toBe(0o600);
  const two = await applied(segments, 2);
  expect(readFileSync(join(two, 'Default/a.log'), 'utf8')).toBe('one,two,three,');
  expect(readdirSync(join(two, 'Default/deep'))).toEqual([]);
  expect(readFileSync(join(await applied(segments, 3), 'Default/a.log'), 'utf8')).toBe('one');
});

test('names at each commit how the entries of the state change, so that a reader of all segments knows the last state', async () => {
  const states = [
    { 'Default/a': { size: 1 }, 'Default/b': null },
    { 'Default/a': { size: 2 }, 'Default/b': null, 'Default/c': 'x' },
    { 'Default/c': 'x' },
  ].map((files, at): ProfileState => ({ version: 1, commits: at + 1, files }));
  const [one, two, three] = states.map((state) => ({ type: 'commit', state }) as const);
  const from = states[0] ?? nothing;
  let { files } = from;
  const told: unknown[] = [];
  for await (const { bytes } of packSegments(
    each([one, two, three].flatMap((step) => step ?? [])),
    from,
    () => facts,
  )) {
    for (const step of readSegment(bytes).steps) {
      if (step.type !== 'commit' || step.files === undefined) throw new Error('a commit names the changes');
      told.push(step.files);
      files = changedFiles(files, step.files);
    }
  }
  expect(files).toEqual(states[2]?.files);
  expect(told).toEqual([
    { set: {}, gone: [] },
    { set: { 'Default/a': { size: 2 }, 'Default/c': 'x' }, gone: [] },
    { set: {}, gone: ['Default/a', 'Default/b'] },
  ]);
});

test('leaves out files that a backup does not contain', async () => {
  const [segment] = await segmentsOf([{ type: 'create', path: 'SingletonLock' }, commit(1)]);
  const into = temporaryDirectory();
  await applySegments(each(numbered(segment === undefined ? [] : [segment])), into, { through: 1, takes: () => false });
  expect(readdirSync(into)).toEqual([]);
});

test('divides many bytes into segments that a store accepts, whose last one alone has the state', async () => {
  const steps: ProfileStep[] = [{ type: 'create', path: 'big' }];
  for (let at = 0; at < 10; at++) steps.push({ type: 'write', path: 'big', at: at * 1e6, bytes: noise(1e6, `${at}`) });
  const packed = [];
  for await (const one of packSegments(each([...steps, commit(1)] as TellableStep[]), nothing, () => facts))
    packed.push(one);
  expect(packed.length).toBeGreaterThan(1);
  for (const { bytes } of packed) expect(bytes.length).toBeLessThan(MOST_SEGMENT);
  expect(packed.map(({ state }) => state?.commits)).toEqual([...packed.slice(1).map(() => undefined), 1]);
});

test('makes no segment for no steps', async () => {
  expect(await segmentsOf([])).toEqual([]);
});

test('names the last point at which the profile is whole, and the last one that was proved', async () => {
  const big: ProfileStep[] = [{ type: 'create', path: 'big' }];
  for (let at = 0; at < 6; at++) big.push({ type: 'write', path: 'big', at: at * 1e6, bytes: noise(1e6, `${at}`) });
  const segments = await segmentsOf([commit(1)], [...(big as TellableStep[]), commit(2)], [commit(3)]);
  const proving: PackedSegment[] = [];
  for await (const one of packSegments(each([commit(4)]), nothing, () => ({ ...facts, proved: 2 }))) proving.push(one);
  const all = [...segments, { number: segments.length + 1, bytes: proving[0]?.bytes ?? new Uint8Array() }];
  const survey = await surveySegments(() => each(all));
  expect(survey.last).toMatchObject({ number: all.length, commits: 4 });
  // Segment 2 ends inside a group, so the profile is whole only after segment 1.
  expect(survey.proved).toMatchObject({ number: 1, commits: 1 });
  expect(survey.damage).toBeUndefined();
});

test('a damaged segment, or a group without its end, leaves the points before it', async () => {
  const segments = await segmentsOf([commit(1)], [commit(2)]);
  const flipped = Uint8Array.from(segments[1]?.bytes ?? []);
  flipped[flipped.length - 6] = (flipped.at(-6) ?? 0) ^ 1;
  const bent = await surveySegments(() => each([...segments.slice(0, 1), { number: 2, bytes: flipped }]));
  expect(bent.last?.number).toBe(1);
  expect(bent.damage?.code).toBe('bundle-damaged');
  const [open] = await segmentsOf([write('a', 0, 'text')]);
  const unended = { number: 3, bytes: open?.bytes ?? new Uint8Array() };
  const cut = await surveySegments(() => each([...segments, unended]));
  expect(cut.last?.number).toBe(2);
  expect(cut.damage?.message).toMatch(/its group has no end/);
});

test.each<readonly [string, readonly TellableStep[]]>([
  ['a path that leads out of the profile', [{ type: 'create', path: '../out' }]],
  ['a write behind the end of a file', [write('Default/a.log', 9, 'x')]],
  ['a write to a file that is not there', [write('Default/none', 0, 'x')]],
  ['a truncation to more than there is', [{ type: 'truncate', path: 'Default/a.log', size: 9 }]],
])('refuses %s', async (_, steps) => {
  await expect(applied(await segmentsOf([...steps, commit(1)]), 1)).rejects.toMatchObject({ code: 'bundle-damaged' });
});

test.each<readonly [string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['noise', noise(500)],
])('refuses a segment of %s', (_, bytes) => {
  expect(() => readSegment(bytes)).toThrow(/segment of this backup is damaged/);
});
