import { expect, it } from 'vitest';
import { svgOf } from './svg.ts';

const size = { columns: 10, rows: 2 };

it('draws block characters in their position, as rectangles of half a character', () => {
  const svg = svgOf('\u001b[38;5;16;48;5;231m █▀▄\u001b[0m', size);
  expect(svg).toContain('<rect x="12" y="12" width="32" height="16" fill="#ffffff"');
  expect(svg).toContain('<rect x="20" y="12" width="8" height="16" fill="#000000"');
  expect(svg).toContain('<rect x="28" y="12" width="8" height="8" fill="#000000"');
  expect(svg).toContain('<rect x="36" y="20" width="8" height="8" fill="#000000"');
});

it('draws words at their column, in their style', () => {
  expect(svgOf('\n  a\u001b[1m<b', size)).toContain(
    '<text x="36" y="40.5" textLength="16" fill="#d7dae0" font-weight="bold">&lt;b</text>',
  );
});

it('keeps a style into the next line', () => {
  expect(svgOf('\u001b[2ma\nb\u001b[0mc', size).match(/opacity/g)).toHaveLength(2);
});

it('draws no more rows than the terminal has', () => {
  expect(svgOf('one\ntwo\nthree', size)).not.toContain('three');
});

it('refuses a style that it cannot draw', () => {
  expect(() => svgOf('\u001b[45mx', size)).toThrow('no style 45');
});
