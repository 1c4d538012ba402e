import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../workspaces.ts';
import { hasTest, promisesOf } from './promises.ts';

const page = 'docs/promises.md';
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the table of promises', () => {
  const promises = promisesOf(page, read(page));

  it('names for each promise a test, or says that nothing proves it', () => {
    expect(promises.length).toBeGreaterThan(50);
    expect(promises.filter(({ proofs, admits }) => proofs.length === 0 && !admits)).toEqual([]);
  });

  it('names only tests that are there', () => {
    const missing = promises.flatMap(({ proofs }) => proofs).filter(({ file, name }) => !hasTest(read(file), name));
    expect(missing).toEqual([]);
  });
});

describe('the guide', () => {
  it('says of every state of the machine what it means, and of no other', () => {
    const drawn = [...read('docs/state-machine.md').matchAll(/^ {2}(\w+) --> (\w+)/gm)].flatMap(([, from, to]) => [
      from,
      to,
    ]);
    const table = read('docs/guides/authentication.md').split('## States')[1] ?? '';
    const told = [...table.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name?.replaceAll('-', '_'));
    expect(told.sort()).toEqual([...new Set(drawn)].sort());
  });
});

describe('the reading of promises', () => {
  it('gathers what proves one, and what it admits', () => {
    const rows = ['| promise | proved by |', '| --- | --- |', '| It | [a](../a.test.ts): works: well |'];
    expect(promisesOf('docs/x.md', [...rows, '|    | **Not proved:** for long |'].join('\n'))).toEqual([
      { promise: 'It', proofs: [{ file: 'a.test.ts', name: 'works: well' }], admits: true },
    ]);
  });

  it('takes no part of a name for a test', () => {
    expect(hasTest("it('works well', f)", 'works well')).toBe(true);
    expect(hasTest("it('works well', f)", 'works')).toBe(false);
  });
});
