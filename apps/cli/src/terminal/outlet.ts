import { escaped } from '@wakey/core';
import type { Out } from './screen.js';

/** A stream of this process through which all goes that a command prints. */
export interface Outlet extends Out {
  /** How many writes have been lost so far. */
  lost(): number;
}

/** Hears that writes are lost from now on, with the system's word for why, and how many were when that is over. */
export interface OutletNews {
  readonly lost: (code: string) => void;
  readonly over: (count: number) => void;
}

/** What an outlet needs of a stream. */
export type OutletStream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows' | 'on'>;

/**
 * The one gate of a stream. Text from a page, a browser or a file may be part of whatever is printed: each character that
 * steers a terminal becomes its escape, which JSON reads as the same character; only the colours and the movements of our own
 * screen pass. What cannot be written, since a disk is full for instance, is dropped and counted: it ends nothing.
 */
export function outlet(stream: OutletStream, news: OutletNews): Outlet {
  let lost = 0;
  let told = 0;
  const note = (error: (Error & { readonly code?: string }) | null | undefined) => {
    if (error) {
      // A reader that left wants no more: the command ends in order.
      if (error.code === 'EPIPE' || error.code === 'EIO') return;
      lost += 1;
      if (lost === told + 1) news.lost(error.code ?? error.message);
    } else if (lost > told) {
      const count = lost - told;
      told = lost;
      news.over(count);
    }
  };
  // The same failure comes to the callback of its write, which counts it; unheard here, it would end the process.
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

/** A text of ours as it may be written. */
export function gated(text: string): string {
  return text
    .split(OURS)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : part))
    .join('');
}

/** Colours, and what `openScreen` moves and erases with. Every second part of a text that is split by it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what a terminal is told by
const OURS = /(\x1b\[[\d;]*[mABJK]|\r)/;

/** The outlets of a process: the trouble of either is told on stderr, where no program reads lines of JSON. */
export function outlets({ stdout, stderr }: { readonly stdout: OutletStream; readonly stderr: OutletStream }): {
  readonly out: Outlet;
  readonly err: Outlet;
} {
  const tell = (text: string) => void err.write(`${text}\n`);
  const newsOf = (name: string): OutletNews => ({
    lost: (code) => {
      // What stderr has lost can only be told there once it works again.
      if (name === 'stdout') tell(`${name} cannot be written (${code}): its lines are lost. The session goes on.`);
    },
    over: (count) => tell(`${name} can be written again; ${count} ${count === 1 ? 'write was' : 'writes were'} lost.`),
  });
  const out = outlet(stdout, newsOf('stdout'));
  const err = outlet(stderr, newsOf('stderr'));
  return { out, err };
}
