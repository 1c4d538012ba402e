import { ESC } from './esc.js';

/** The target of text or of an exported file: a terminal, a pipe or a file. */
export interface Out {
  /** Calls `done` once the text is written. */
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** How many writes were lost, if the stream counts them. */
  lost?(): number;
}

/** Lines that stay, above a live part that is redrawn in place. */
export interface Screen {
  /** Whether there is a live part: on a terminal that knows its size. */
  readonly isLive: boolean;
  /** Prints lines that stay. */
  print(...lines: readonly string[]): void;
  /** Erases the live part, calls `write`, which may write to stderr, then draws the live part again. */
  around(write: () => void): void;
  /** Replaces the lines of the live part. Writes only the lines that changed. */
  live(lines: readonly string[]): void;
  /** Leaves the live part as it is; later output begins below it. */
  close(): void;
}

/** A screen on `out`. Without a terminal it has no live part. */
export function openScreen(out: Out): Screen {
  // Some terminals, such as that of `script` in a pipe, do not know their size: nothing can be redrawn there.
  const isLive = out.isTTY === true && out.columns !== 0 && out.rows !== 0;
  let shown: readonly string[] = [];

  const draw = (lines: readonly string[]) => {
    if (lines.length > 0) out.write(`${lines.map((line) => `${line}\x1b[K\n`).join('')}`);
    shown = lines;
  };
  const clear = () => {
    if (shown.length > 0) out.write(`\x1b[${shown.length}A\r\x1b[J`);
    shown = [];
  };
  const around = (write: () => void) => {
    const lines = shown;
    clear();
    write();
    draw(lines);
  };
  const amend = (lines: readonly string[]) => {
    const changes = lines.flatMap((line, index) => (line === shown[index] ? [] : [{ line, up: lines.length - index }]));
    out.write(changes.map(({ line, up }) => `\x1b[${up}A\r${line}\x1b[K\x1b[${up}B\r`).join(''));
    shown = lines;
  };

  return {
    isLive,
    around,
    print: (...lines) => around(() => out.write(lines.map((line) => `${line}\n`).join(''))),
    live(lines) {
      if (!isLive) return;
      // The cursor cannot move to lines above the top of the terminal.
      const fitting = lines.slice(-Math.max(1, (out.rows ?? 24) - 1)).map((line) => cut(line, out.columns ?? 80));
      if (fitting.length === shown.length) amend(fitting);
      else {
        clear();
        draw(fitting);
      }
    },
    close() {
      shown = [];
    },
  };
}

/** Cuts a line to the width of the terminal, so that it does not wrap into two. Colours take no room; a cut ends them. */
function cut(line: string, columns: number): string {
  let room = columns;
  let isCut = false;
  const kept = line.replaceAll(COLOUR_OR_CHARACTER, (part) => {
    if (part.startsWith('\x1b')) return part;
    room -= 1;
    if (room >= 0) return part;
    isCut = true;
    return '';
  });
  return isCut ? `${kept}\x1b[0m` : kept;
}

const COLOUR_OR_CHARACTER = new RegExp(`${ESC}\\[[0-9;]*m|.`, 'gu');
