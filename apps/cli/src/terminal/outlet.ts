import { escaped } from '@wakey/core';
import { ESC } from './esc.js';
import type { Out } from './screen.js';

/** A stream through which a command prints everything. */
export interface Outlet extends Out {
  /** How many writes were lost so far. */
  lost(): number;
}

/** Listeners: `lost` when writes begin to fail, with the system's code, and `over` when they succeed again, with the number of lost writes. */
export interface OutletNews {
  readonly lost: (code: string) => void;
  readonly over: (count: number) => void;
}

/** What an outlet needs of a stream. */
export type OutletStream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows' | 'on'>;

/**
 * The only way to a stream. Printed text may contain text from a page, a browser or a file, so each character that steers a
 * terminal is replaced by its escape, which JSON reads as the same character. Only colours and the cursor movements of our
 * screen pass. A write that fails, for instance because the disk is full, is dropped and counted; it ends nothing.
 */
export function outlet(stream: OutletStream, news: OutletNews): Outlet {
  let lost = 0;
  let told = 0;
  const note = (error: (Error & { readonly code?: string }) | null | undefined) => {
    if (error) {
      // The reader left: `signals.ts` ends the command cleanly.
      if (error.code === 'EPIPE' || error.code === 'EIO') return;
      lost += 1;
      if (lost === told + 1) news.lost(error.code ?? error.message);
    } else if (lost > told) {
      const count = lost - told;
      told = lost;
      news.over(count);
    }
  };
  // The callback of the write counts the same error. Without a listener here, the error would end the process.
  stream.on('error', () => undefined);
  return {
    write(text, done) {
      return stream.write(typeof text === 'string' ? gated(text) : text, (error) => {
        note(error);
        done?.(error);
      });
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    lost: () => lost,
  };
}

/** A text with every character escaped that steers a terminal, except our own sequences. */
export function gated(text: string): string {
  return text
    .split(OURS)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : part))
    .join('');
}

/** Colours, and the sequences with which `openScreen` moves and erases. A split by it puts them at the odd places. */
const OURS = new RegExp(`(${ESC}\\[[\\d;]*[mABJK]|\\r)`);

/** The outlets of a process. Both report lost writes on stderr, where no program expects lines of JSON. */
export function outlets({ stdout, stderr }: { readonly stdout: OutletStream; readonly stderr: OutletStream }): {
  readonly out: Outlet;
  readonly err: Outlet;
} {
  const tell = (text: string) => void err.write(`${text}\n`);
  const newsOf = (name: string): OutletNews => ({
    lost: (code) => {
      // stderr can report its own lost writes only once it works again.
      if (name === 'stdout') tell(`${name} cannot be written (${code}): its lines are lost. The session goes on.`);
    },
    over: (count) => tell(`${name} can be written again; ${count} ${count === 1 ? 'write was' : 'writes were'} lost.`),
  });
  const out = outlet(stdout, newsOf('stdout'));
  const err = outlet(stderr, newsOf('stderr'));
  return { out, err };
}
