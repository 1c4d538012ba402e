import type { FileHandle } from '@wakey/host';
import { expect, it } from 'vitest';
import { readerOf } from './segment-file.js';

it('reads ahead once for what lies one behind the other, and returns what the file has at its end', async () => {
  const { handle, reads } = fileOf(Buffer.from('onetwothree'), 11);
  const readAt = readerOf(handle, 8);
  const found = [await readAt(0, 3), await readAt(3, 3), await readAt(6, 5), await readAt(11, 4)];
  expect(found.map(String)).toEqual(['one', 'two', 'three', '']);
  expect(reads.slice(0, 2)).toEqual([
    [0, 8],
    [6, 8],
  ]);
});

it('returns the wanted bytes although the disk cannot read those behind them, and reports that only where they are wanted', async () => {
  const { handle } = fileOf(Buffer.from('onetwothree'), 6);
  const readAt = readerOf(handle, 8);
  expect(`${await readAt(0, 3)}${await readAt(3, 3)}`).toBe('onetwo');
  await expect(readAt(6, 5)).rejects.toThrow('EIO');
});

/** A file of which the disk can read only the first `readable` bytes. */
function fileOf(content: Buffer, readable: number) {
  const reads: (readonly [number, number])[] = [];
  const read = async (buffer: Buffer, offset: number, length: number, position: number) => {
    reads.push([position, length]);
    if (readable < content.length && position + length > readable) throw new Error('EIO: the disk cannot read');
    return { bytesRead: content.copy(buffer, offset, position, position + length) };
  };
  return { handle: { read } as unknown as FileHandle, reads };
}
