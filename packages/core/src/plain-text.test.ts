import { expect, it } from 'vitest';
import { plainText } from './plain-text.js';

it('leaves words of every language unchanged', () => {
  const text = 'Grüße, 你好, مرحبا, 👩‍👩‍👧, naïve “quotes” — and C:\\users';
  expect(plainText(text)).toBe(text);
});

it.each([
  ['an escape sequence', 'a\x1b[2Jb', 'a\\u001b[2Jb'],
  ['a bell', 'a\x07', 'a\\u0007'],
  ['a NUL', '\0', '\\u0000'],
  ['DEL', '\x7f', '\\u007f'],
  ['a C1 control sequence', '\x9b31m', '\\u009b31m'],
  ['a bidirectional override', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
  ['a bidirectional isolate', '\u2066', '\\u2066'],
  ['a mark of direction', '\u200f\u061c', '\\u200f\\u061c'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
  ['a tag', '\u{e0041}', '\\udb40\\udc41'],
  ['a byte order mark', '\ufeffa', '\\ufeffa'],
])('escapes %s', (_, given, printed) => {
  expect(plainText(given)).toBe(printed);
});

it('joins lines into one, unless `keepLines` is set', () => {
  expect(plainText('one\r\n\ttwo\rthree')).toBe('one two three');
  expect(plainText('one\r\n\ttwo\rthree', { keepLines: true })).toBe('one\n two\nthree');
});

it('cuts a long text, and escapes a character that the cut has halved', () => {
  expect(plainText('a'.repeat(2_001))).toBe(`${'a'.repeat(2_000)}…`);
  expect(plainText('ab👍', { most: 3 })).toBe('ab\\ud83d…');
});
