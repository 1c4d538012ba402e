import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { gated, outlets } from './outlet.js';

/** A stream that fails while `code` is set, as a full disk does. */
function stream() {
  const emitter = new EventEmitter();
  let code: string | undefined;
  let written = '';
  return {
    is: Object.assign(emitter, {
      isTTY: false as const,
      columns: 80,
      rows: 24,
      write(text: unknown, done?: unknown) {
        const error = code === undefined ? undefined : Object.assign(new Error(code), { code });
        if (error === undefined) written += String(text);
        (done as (error?: Error) => void)(error);
        if (error !== undefined) emitter.emit('error', error);
        return true;
      },
    }),
    fail(next: string | undefined) {
      code = next;
    },
    take() {
      const text = written;
      written = '';
      return text;
    },
  };
}

function process() {
  const [stdout, stderr] = [stream(), stream()];
  // An outlet uses only these parts of a stream.
  const { out, err } = outlets({ stdout: stdout.is as never, stderr: stderr.is as never });
  return { stdout, stderr, out, err };
}

describe('an outlet', () => {
  it('drops writes that fail, and reports on stderr when that begins and, with their number, when it ends', () => {
    const { stdout, stderr, out } = process();
    stdout.fail('ENOSPC');
    for (const line of ['one\n', 'two\n', 'three\n']) out.write(line);
    expect(stderr.take()).toBe('stdout cannot be written (ENOSPC): its lines are lost. The session goes on.\n');
    stdout.fail(undefined);
    out.write('four\n');
    expect([stdout.take(), stderr.take()]).toEqual(['four\n', 'stdout can be written again; 3 writes were lost.\n']);
    expect(out.lost()).toBe(3);
  });

  it('reports the lost writes of stderr once stderr works again', () => {
    const { stdout, stderr, err } = process();
    stderr.fail('ENOSPC');
    err.write('one\n');
    stderr.fail(undefined);
    err.write('two\n');
    expect(stderr.take()).toBe('two\nstderr can be written again; 1 write was lost.\n');
    expect(stdout.take()).toBe('');
  });

  it('neither throws nor loops when stdout and stderr both fail', () => {
    const { stdout, stderr, out, err } = process();
    for (const each of [stdout, stderr]) each.fail('ENOSPC');
    out.write('one\n');
    err.write('two\n');
    expect([out.lost(), err.lost()]).toEqual([1, 2]);
  });

  it('counts no write as lost after the reader has closed the pipe', () => {
    const { stdout, stderr, out } = process();
    stdout.fail('EPIPE');
    out.write('one\n');
    expect([out.lost(), stderr.take()]).toEqual([0, '']);
  });

  it('passes the error to the callback of the write', () => {
    const { stdout, out } = process();
    stdout.fail('ENOSPC');
    let failure: unknown;
    out.write(new Uint8Array(1), (error) => {
      failure = error;
    });
    expect(failure).toMatchObject({ code: 'ENOSPC' });
  });
});

describe('the gate of a stream', () => {
  it.each([
    ['a window’s title', 'a\x1b]0;owned\x07b', 'a\\u001b]0;owned\\u0007b'],
    ['a C1 control', '\x9b2J', '\\u009b2J'],
    ['an override of direction', '\u202e', '\\u202e'],
    ['a lone surrogate', '\udfff', '\\udfff'],
    ['a backspace', 'a\b', 'a\\u0008'],
    ['a question to the terminal', '\x1b[6n', '\\u001b[6n'],
    ['a reset', '\x1bc', '\\u001bc'],
  ])('lets no %s through', (_, text, printed) => {
    expect(gated(text)).toBe(printed);
  });

  it('lets our own colours, cursor movements and line ends through', () => {
    const text = '\x1b[31mred\x1b[39m\n\x1b[3A\r\x1b[K\x1b[2B\x1b[J\x1b[38;5;16;48;5;231m▀ ä 👍\x1b[0m\n';
    expect(gated(text)).toBe(text);
  });

  it('changes no value of a line of JSON', () => {
    const value = { text: 'a\x1b[2J\x7f\x9b\u202e\u2028\ud800\u{e0041}\nb' };
    const line = gated(`${JSON.stringify(value)}\n`);
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toEqual(value);
  });
});
