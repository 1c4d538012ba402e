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

  it('names only tests that exist', () => {
    const missing = promises.flatMap(({ proofs }) => proofs).filter(({ file, name }) => !hasTest(read(file), name));
    expect(missing).toEqual([]);
  });
});

describe('the guide', () => {
  it('explains every state of the machine, and no state that the machine does not have', () => {
    const drawn = [...read('docs/state-machine.md').matchAll(/^ {2}(\w+) --> (\w+)/gm)].flatMap(([, from, to]) => [
      from,
      to,
    ]);
    const table = read('docs/guides/authentication.md').split('## States')[1] ?? '';
    const told = [...table.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name?.replaceAll('-', '_'));
    expect(told.sort()).toEqual([...new Set(drawn)].sort());
  });
});

describe('what erases a login', () => {
  const start = 'A login is erased in two cases, and in no other.';
  const paragraphIn = (file: string) => {
    const text = read(file);
    return text.slice(text.indexOf(start)).split('\n\n')[0]?.trim();
  };
  // Words of the paragraph, each with a test that fails if the words are not true.
  const parts: readonly (readonly [string, string, string])[] = [
    [
      'in no other',
      'core/src/machine/machine.test.ts',
      'lets no sequence of page signals erase without a second document',
    ],
    [
      'two documents',
      'core/src/machine/logout.test.ts',
      'is checked in a second document before the machine believes it',
    ],
    ['answered with an HTTP status', 'whatsapp-web/src/signals.test.ts', 'is not proved by an announcement'],
    ['makes Wakey look', 'whatsapp-web/src/signals.test.ts', 'is not proved by an announcement'],
    ['ignores the announcement', 'core/src/machine/logout.test.ts', 'is disproved by a device that'],
    ['restores the newest backup', 'core/src/machine/recovery.test.ts', 'tries the newest backup when the page'],
    ['restores the one before it', 'core/src/machine/logout.test.ts', 'concerns only the backup'],
    ['at which the session was linked', 'client/src/session-origin.test.ts', 'does not start at another address'],
  ];

  it('is described by SECURITY.md in the same words as in the guide', () => {
    const told = paragraphIn('docs/guides/authentication.md');
    expect(told?.startsWith(start)).toBe(true);
    expect(paragraphIn('SECURITY.md')).toBe(told);
  });

  it.each(parts)('is described with the words "%s", which a test proves', (words, file, name) => {
    expect(paragraphIn('SECURITY.md')?.replaceAll('\n', ' ')).toContain(words);
    expect(read(`packages/${file}`)).toContain(name);
  });
});

describe('the parser of the table of promises', () => {
  it('collects the tests of a promise, and whether the table says "Not proved"', () => {
    const rows = ['| promise | proved by |', '| --- | --- |', '| It | [a](../a.test.ts): works: well |'];
    expect(promisesOf('docs/x.md', [...rows, '|    | **Not proved:** for long |'].join('\n'))).toEqual([
      { promise: 'It', proofs: [{ file: 'a.test.ts', name: 'works: well' }], admits: true },
    ]);
  });

  it('finds a test only by its whole name', () => {
    expect(hasTest("it('works well', f)", 'works well')).toBe(true);
    expect(hasTest("it('works well', f)", 'works')).toBe(false);
  });
});
