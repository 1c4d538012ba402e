import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openPipe } from './pipe.js';

function open() {
  const read = new PassThrough();
  const write = new PassThrough();
  const gone: string[] = [];
  const pipe = openPipe({ read, write }, () => gone.push('told'));
  return { read, write, gone, pipe };
}

describe('the debugging pipe', () => {
  it('joins messages that arrive in pieces, and splits messages that arrive together', async () => {
    const { read, pipe } = open();
    const heard: string[] = [];
    const three = new Promise<void>((resolve) => {
      pipe.onmessage = (message) => heard.push(message) === 3 && resolve();
    });
    const [first = 0, ...rest] = Buffer.from('{"a":"€"}\0{"b":1}\0{"c"');
    read.write(Buffer.from([first]));
    read.write(Buffer.from(rest));
    read.write(':2}\0');
    await three;
    expect(heard).toEqual(['{"a":"€"}', '{"b":1}', '{"c":2}']);
  });

  it('reports the end of the browser once, first to Wakey and then to the library', async () => {
    const { read, write, gone, pipe } = open();
    const told = new Promise<void>((resolve) => {
      pipe.onclose = () => {
        gone.push('library');
        resolve();
      };
    });
    read.destroy();
    await told;
    write.destroy();
    await new Promise((resolve) => write.once('close', resolve));
    expect(gone).toEqual(['told', 'library']);
    pipe.send('into nothing');
  });

  it('refuses a message so large that the browser would exit, and sends no part of it', () => {
    const { write, pipe } = open();
    expect(() => pipe.send('€'.repeat(34 * 1024 * 1024))).toThrow('larger than its debugging pipe accepts');
    expect(write.read()).toBeNull();
  });
});
