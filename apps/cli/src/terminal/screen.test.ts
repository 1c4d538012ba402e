import { expect, it } from 'vitest';
import { ESC } from './esc.js';
import { openScreen } from './screen.js';

const SEQUENCE_OR_CHARACTER = new RegExp(`${ESC}\\[(\\d*)([A-Z])|[\\s\\S]`, 'g');

/** A terminal that keeps its text as lines. It knows the few control sequences that a screen writes. */
function terminal(rows = 40, columns = 80) {
  const lines: string[] = [''];
  let row = 0;
  let written = 0;
  const put = (character: string) => {
    lines[row] = (lines[row] ?? '') + character;
  };
  return {
    isTTY: true,
    rows,
    columns,
    text: () => lines.join('\n'),
    written: () => written,
    write(text: string) {
      written += text.length;
      for (const [part, amount = '1', code] of text.matchAll(SEQUENCE_OR_CHARACTER)) {
        if (code === 'A') row -= Number(amount);
        else if (code === 'B') row += Number(amount);
        else if (code === 'J') lines.splice(row, lines.length, '');
        else if (code === 'K') continue;
        else if (part === '\n') lines[++row] ??= '';
        else if (part === '\r') lines[row] = '';
        else put(part);
      }
    },
  };
}

it('redraws the live part in place and keeps the lines above it', () => {
  const out = terminal();
  const screen = openScreen(out);
  screen.print('one');
  screen.live(['code A', 'expires in 2 s']);
  screen.print('two');
  screen.live(['code B', 'expires in 1 s']);
  screen.live([]);
  screen.print('three');
  expect(out.text()).toBe('one\ntwo\nthree\n');
});

it('writes only the lines that changed', () => {
  const out = terminal();
  const screen = openScreen(out);
  screen.live(['a'.repeat(70), 'expires in 2 s']);
  const before = out.written();
  screen.live(['a'.repeat(70), 'expires in 1 s']);
  expect(out.written() - before).toBeLessThan(50);
  expect(out.text()).toBe(`${'a'.repeat(70)}\nexpires in 1 s\n`);
});

it('shows no more lines than a small terminal can redraw', () => {
  const out = terminal(4);
  openScreen(out).live(['1', '2', '3', '4', '5']);
  expect(out.text()).toBe('3\n4\n5\n');
});

it('cuts a line that would wrap, without cutting the escape sequence of a colour', () => {
  const written: string[] = [];
  const screen = openScreen({ isTTY: true, rows: 40, columns: 5, write: (text) => written.push(String(text)) });
  screen.live(['\x1b[2m12345\x1b[0m', '\x1b[2m123456\x1b[0m']);
  expect(written.join('')).toBe('\x1b[2m12345\x1b[0m\x1b[K\n\x1b[2m12345\x1b[0m\x1b[0m\x1b[K\n');
});

it('writes no control sequences if there is no terminal', () => {
  const written: string[] = [];
  const screen = openScreen({ write: (text) => written.push(String(text)) });
  screen.live(['code A']);
  screen.print('one');
  expect(written).toEqual(['one\n']);
});
