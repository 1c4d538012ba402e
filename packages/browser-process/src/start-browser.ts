import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { WakeyError } from '@wakey/core';
import { MARKER_VARIABLE, systemProcessTable } from '@wakey/host';
import { keepStderr } from './kept-stderr.js';
import type { BrowserRecord } from './record.js';

/** Options of `startBrowser`. */
export interface StartOptions {
  readonly executable: string;
  readonly args: readonly string[];
  /** The whole environment of the process, which must contain the marker. See `openScratch`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A started browser process, which leads its own session and process group. */
export interface BrowserProcess {
  readonly record: BrowserRecord;
  /** The two ends of a debugging pipe (`--remote-debugging-pipe`): one to write to, one to read from. */
  readonly pipe: { readonly write: Writable; readonly read: Readable };
  /** Resolves once the process has ended and its stderr is read. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Returns the beginning and the end of its stderr so far, at most 2 kB each. */
  stderrText(): string;
}

/** How a process ended: its exit code or signal, and the beginning and the end of its stderr, at most 2 kB each. */
export interface ProcessExit {
  readonly exitCode?: number;
  readonly exitSignal?: string;
  readonly detail?: string;
}

/**
 * Starts the process of a browser. The process has its own session, so a Ctrl-C in the terminal does not reach it; the
 * owner ends it. It gets a debugging pipe at its descriptors 3 and 4: when the owner dies, that pipe closes and
 * Chromium exits. Rejects with `browser-failed` if the system cannot start it.
 */
export async function startBrowser({ executable, args, env }: StartOptions): Promise<BrowserProcess> {
  const child = await spawned(executable, args, env);
  const { pid, stderr } = child;
  const [, , , write, read] = child.stdio;
  if (pid === undefined || stderr === null || !isWritable(write) || !isReadable(read)) {
    throw new Error('spawn returned a process without the requested streams');
  }
  const stderrText = keepStderr(stderr);
  const exited = exit(child, stderrText);
  const itself = (await systemProcessTable().list()).find((entry) => entry.pid === pid);
  const record = { pid, startTime: itself?.startTime ?? '', marker: env[MARKER_VARIABLE] ?? '' };
  return { record, pipe: { write, read }, exited, stderrText };
}

/** How long to wait for the end of stderr, in ms: a helper that outlives the main process may hold stderr open. */
const LAST_WORDS = 250;

function spawned(executable: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  return new Promise<ChildProcess>((resolve, reject) => {
    const child = spawn(executable, [...args], {
      env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.once('spawn', () => resolve(child));
    child.once('error', (cause) =>
      reject(
        new WakeyError('browser-failed', {
          what: `The system could not start the browser ${executable}.`,
          hint: 'Check that the file is a program for this machine and that this user may run it.',
          cause,
        }),
      ),
    );
  });
}

function exit(child: ChildProcess, stderrText: () => string): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const finish = () => {
        clearTimeout(patience);
        child.off('close', finish);
        const detail = stderrText();
        resolve({
          ...(code === null ? {} : { exitCode: code }),
          ...(signal === null ? {} : { exitSignal: signal }),
          ...(detail === '' ? {} : { detail }),
        });
      };
      const patience = setTimeout(finish, LAST_WORDS);
      child.once('close', finish);
    });
  });
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}
