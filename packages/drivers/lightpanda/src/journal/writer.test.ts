import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it, vi } from 'vitest';
import { lineOf } from './lines.js';
import { openWriter } from './writer.js';

describe('the writer of a journal', () => {
  it('has written all lines in order when flush() resolves', async () => {
    const path = join(temporaryDirectory(), 'a.log');
    const writer = openWriter(await open(path, 'a'), { onFailed: () => undefined });
    const texts = Array.from({ length: 100 }, (_, at) => `line ${at}`);
    for (const text of texts) writer.append(text);
    await writer.flush();
    expect(await readFile(path, 'utf8')).toBe(texts.map(lineOf).join(''));
    writer.append('later');
    await writer.close();
    expect(await readFile(path, 'utf8')).toBe([...texts, 'later'].map(lineOf).join(''));
    await writer.close();
  });

  it('writes the lines before fail(), and none after it', async () => {
    const path = join(temporaryDirectory(), 'a.log');
    const onFailed = vi.fn();
    const writer = openWriter(await open(path, 'a'), { onFailed });
    writer.append('one');
    writer.append('two');
    const failure = new Error('unreadable');
    writer.fail(failure);
    writer.append('three');
    writer.fail(new Error('another'));
    await expect(writer.close()).rejects.toBe(failure);
    expect(onFailed.mock.calls).toEqual([[failure]]);
    expect(await readFile(path, 'utf8')).toBe(['one', 'two'].map(lineOf).join(''));
  });

  it.each(['appendFile', 'datasync'] as const)(
    'stops for good and reports it once when %s is refused, so that no later line lacks an earlier one',
    async (method) => {
      const path = join(temporaryDirectory(), 'a.log');
      const file = await open(path, 'a');
      const refusal = new Error('no space');
      let calls = 0;
      const refusing: FileHandle = new Proxy(file, {
        get(target, name) {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          if (name !== method) return value.bind(target);
          calls += 1;
          // Only the second call fails: a disk may accept later writes.
          return calls === 2 ? () => Promise.reject(refusal) : value.bind(target);
        },
      });
      const onFailed = vi.fn();
      const writer = openWriter(refusing, { onFailed });
      writer.append('one');
      await writer.flush();
      writer.append('two');
      await expect(writer.flush()).rejects.toBe(refusal);
      writer.append('three');
      await expect(writer.flush()).rejects.toBe(refusal);
      await expect(writer.close()).rejects.toBe(refusal);
      expect(onFailed.mock.calls).toEqual([[refusal]]);
      expect(await readFile(path, 'utf8')).not.toContain('three');
      await expect(file.stat()).rejects.toMatchObject({ code: 'EBADF' });
    },
  );

  it('writes no line to a file that may not count any more, also of those that waited', async () => {
    const path = join(temporaryDirectory(), 'a.log');
    const onFailed = vi.fn();
    const writer = openWriter(await open(path, 'a'), { onFailed });
    writer.append('one');
    await writer.flush();
    const refusal = new Error('the directory was not flushed');
    const written: string[] = [];
    const replacing = writer.replace(async () => {
      writer.append('two', () => written.push('two'));
      writer.abandon(refusal);
      throw refusal;
    });
    await expect(replacing).rejects.toBe(refusal);
    await expect(writer.close()).rejects.toBe(refusal);
    expect(written).toEqual([]);
    expect(onFailed.mock.calls).toEqual([[refusal]]);
    expect(await readFile(path, 'utf8')).toBe(lineOf('one'));
  });

  it('writes a line that comes at any moment after the last one', async () => {
    const path = join(temporaryDirectory(), 'a.log');
    const writer = openWriter(await open(path, 'a'), { onFailed: () => undefined });
    const texts: string[] = [];
    const append = (text: string, onWritten?: () => void) => {
      texts.push(text);
      writer.append(text, onWritten);
    };
    for (let steps = 0; steps < 20; steps += 1) {
      await new Promise<void>((resolve) => append(`first ${steps}`, resolve));
      for (let step = 0; step < steps; step += 1) await undefined;
      append(`second ${steps}`);
      await writer.flush();
      expect(await readFile(path, 'utf8')).toBe(texts.map(lineOf).join(''));
    }
    await writer.close();
  });
});
