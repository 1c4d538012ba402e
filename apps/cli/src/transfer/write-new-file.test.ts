import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeNewFile } from './write-new-file.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wakey-new-file-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function* bytes(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('a new file', () => {
  it('has all the bytes, is readable only by its owner, and leaves no other file', async () => {
    const before = process.umask(0o000);
    try {
      expect(await writeNewFile(join(cwd, 'a'), bytes('one ', 'two'))).toBe(7);
    } finally {
      process.umask(before);
    }
    expect(readFileSync(join(cwd, 'a'), 'utf8')).toBe('one two');
    expect(statSync(join(cwd, 'a')).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd)).toEqual(['a']);
  });

  it('replaces no file, also none that appeared while it was written', async () => {
    writeFileSync(join(cwd, 'a'), 'mine');
    await expect(writeNewFile(join(cwd, 'a'), bytes('x'))).rejects.toThrow('is not overwritten');
    const late = (async function* () {
      writeFileSync(join(cwd, 'b'), 'came meanwhile');
      yield* bytes('x');
    })();
    await expect(writeNewFile(join(cwd, 'b'), late)).rejects.toThrow('is not overwritten');
    expect([readFileSync(join(cwd, 'a'), 'utf8'), readFileSync(join(cwd, 'b'), 'utf8')]).toEqual([
      'mine',
      'came meanwhile',
    ]);
    expect(readdirSync(cwd)).toEqual(['a', 'b']);
  });

  it('is not there, not even in part, if its bytes fail, and throws their error', async () => {
    const failing = (async function* () {
      yield* bytes('half');
      throw new Error('the source broke');
    })();
    await expect(writeNewFile(join(cwd, 'a'), failing)).rejects.toThrow('the source broke');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    ['none/a', 'its directory does not exist'],
    ['file/a', 'a part of that path is not a directory'],
    ['directory', 'is not overwritten'],
  ])('at %s is refused: %s', async (path, words) => {
    writeFileSync(join(cwd, 'file'), '');
    mkdirSync(join(cwd, 'directory'));
    chmodSync(join(cwd, 'directory'), 0o700);
    await expect(writeNewFile(join(cwd, path), bytes('x'))).rejects.toThrow(words);
    expect(readdirSync(cwd)).toEqual(['directory', 'file']);
  });
});
