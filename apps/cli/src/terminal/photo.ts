import { ESC } from './esc.js';

/** What a camera in front of a terminal sees: `true` is a light pixel. */
export type Picture = readonly (readonly boolean[])[];

/**
 * The last QR code in `written`, the output of a terminal, as one pixel for each module. Understands the characters and colours
 * of `drawQr`, on a terminal with light letters on a dark background. Undefined if there is no code.
 */
export function photograph(written: string): Picture | undefined {
  const rows = written.split(/\r?\n/).map(cellsOf);
  const isCode = (row: readonly Cell[]) => row.length >= SMALLEST && row.every(({ block }) => block in halves);
  const trimmed = rows.map(withoutIndent);
  const last = trimmed.findLastIndex(isCode);
  if (last < 0) return undefined;
  const first = trimmed.findLastIndex((row, index) => index < last && !isCode(row)) + 1;
  return trimmed.slice(first, last + 1).flatMap((row) => [row.map(lightOf('upper')), row.map(lightOf('lower'))]);
}

interface Cell {
  readonly block: string;
  /** Whether letters are dark on light here. */
  readonly isInverse: boolean;
}

function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let isInverse = false;
  for (const [part] of line.matchAll(ESCAPE_OR_CHARACTER)) {
    if (!part.startsWith('\x1b')) cells.push({ block: part, isInverse });
    else if (part.endsWith('m')) isInverse = /48;5;231/.test(part);
  }
  return cells;
}

/** Cuts off the indent, which has the terminal's own background. */
function withoutIndent(row: readonly Cell[]): readonly Cell[] {
  const inverse = row.filter(({ isInverse }) => isInverse);
  if (inverse.length > 0) return inverse;
  const start = row.findIndex(({ block }) => block !== ' ');
  return start < 0 ? [] : row.slice(start);
}

function lightOf(half: 'upper' | 'lower'): (cell: Cell) => boolean {
  return ({ block, isInverse }) => (halves[block]?.[half] ?? false) !== isInverse;
}

/** Which halves of each character have the colour of the letter. */
const halves: Readonly<Record<string, { readonly upper: boolean; readonly lower: boolean }>> = {
  ' ': { upper: false, lower: false },
  '▀': { upper: true, lower: false },
  '▄': { upper: false, lower: true },
  '█': { upper: true, lower: true },
};

/** Modules in the smallest QR code. */
const SMALLEST = 21;
const ESCAPE_OR_CHARACTER = new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]|.`, 'gu');
