import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@wakey/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { DamagedLine, lineOf, linesIn } from './lines.js';

describe('the lines of a journal', () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryDirectory(), 'a.log');
  });
  const read = async (range?: { readonly from?: number; readonly to?: number }) => {
    const texts: string[] = [];
    for await (const { text } of linesIn(path, range)) texts.push(text);
    return texts;
  };

  it('are the texts that were written, with the bytes of the file and where each ends', async () => {
    const texts = ['one', '', '{"ä":"水 \\ud800"}'];
    await writeFile(path, texts.map(lineOf).join(''));
    expect(await read()).toEqual(texts);
    const file = await readFile(path);
    let before = 0;
    for await (const { bytes, end } of linesIn(path)) {
      expect(Buffer.from(bytes)).toEqual(file.subarray(before, end));
      before = end;
    }
    expect(before).toBe(file.length);
  });

  it('leave out a last line that ends anywhere', async () => {
    const [first, last] = [lineOf('first'), lineOf('the last, ä')];
    const whole = Buffer.from(first + last);
    for (let length = first.length; length < whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      expect(await read()).toEqual(['first']);
    }
  });

  it('leave out a last line of wrong bytes, which a disk without power may leave', async () => {
    await writeFile(path, `${lineOf('first')}\0\0\0\0\0\0\0\0\0\0\n`);
    expect(await read()).toEqual(['first']);
  });

  it('are damaged if any byte of a line in the middle is another one', async () => {
    const whole = Buffer.from(['first', 'second', 'third', 'fourth'].map(lineOf).join(''));
    for (let at = 0; at < lineOf('first').length + lineOf('second').length; at += 1) {
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await writeFile(path, changed);
      await expect(read(), `byte ${at}`).rejects.toThrow(DamagedLine);
    }
  });

  it('are whole across the borders of what is read at once', async () => {
    const megabyte = 1024 * 1024;
    const texts = ['x'.repeat(megabyte - 10), 'y', 'ä'.repeat(2 * megabyte), 'z'.repeat(megabyte - 11), 'end'];
    await writeFile(path, texts.map(lineOf).join(''));
    expect(await read()).toEqual(texts);
  });

  it('begin and end where they are asked for', async () => {
    await writeFile(path, ['one', 'two', 'three'].map(lineOf).join(''));
    const [one, two] = [lineOf('one').length, lineOf('two').length];
    expect(await read({ from: one })).toEqual(['two', 'three']);
    expect(await read({ from: one, to: one + two })).toEqual(['two']);
    expect(await read({ to: one + two + 3 })).toEqual(['one', 'two']);
    expect(await read({ from: 10_000 })).toEqual([]);
  });
});
