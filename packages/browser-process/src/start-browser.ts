import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { WakeyError } from '@wakey/core';
import { MARKER_VARIABLE, systemProcessTable } from '@wakey/host';
import type { BrowserRecord } from './record.js';

/** What to start. */
export interface StartOptions {
  readonly executable: string;
  readonly args: readonly string[];
  /** The whole environment of the process; it must hold the marker. See `openScratch`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A started browser process, leader of a session and group of its own. */
export interface BrowserProcess {
  readonly record: BrowserRecord;
  /** The two ends of a debugging pipe (`--remote-debugging-pipe`): what we write, what we read. */
  readonly pipe: { readonly write: Writable; readonly read: Readable };
  /** Resolves once the process ended and the end of its stderr is read. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** The end of its stderr so far, at most 2 kB. */
  stderrEnd(): string;
}

/** How a process ended. */
export interface ProcessExit {
  readonly exitCode?: number;
  readonly exitSignal?: string;
  readonly detail?: string;
}

/**
 * Starts a browser's process. It has its own session, so a Ctrl-C in our terminal does not reach it: who owns it ends
 * it. It gets a debugging pipe at its descriptors 3 and 4; that pipe's end, when we die, is what makes Chromium leave.
 * Rejects with `browser-failed` where the system would not start it.
 */
export async function startBrowser({ executable, args, env }: StartOptions): Promise<BrowserProcess> {
  const child = await spawned(executable, args, env);
  const { pid, stderr } = child;
  const [, , , write, read] = child.stdio;
  if (pid === undefined || stderr === null || !isWritable(write) || !isReadable(read)) {
    throw new Error('spawn gave a process without the streams it was asked for');
  }
  const stderrEnd = keepEnd(stderr);
  const exited = exit(child, stderrEnd);
  const itself = (await systemProcessTable().list()).find((entry) => entry.pid === pid);
  const record = { pid, startTime: itself?.startTime ?? '', marker: env[MARKER_VARIABLE] ?? '' };
  return { record, pipe: { write, read }, exited, stderrEnd };
}

/** How much of stderr is told, in characters; more is read, since much of it is noise. */
const KEPT = 2_000;
const READ = 16_000;
/** A helper that outlives the main process may hold stderr open; its last words are not waited for longer than this. */
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
          what: `The browser ${executable} could not be started.`,
          hint: 'Check that it is a program for this machine, and that its user may run it.',
          cause,
        }),
      ),
    );
  });
}

function keepEnd(stderr: Readable): () => string {
  let end = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    end = (end + text).slice(-READ);
  });
  return () => end.split('\n').filter(isTelling).join('\n').trim().slice(-KEPT);
}

/** Chromium complains of a missing D-Bus in dozens of lines wherever there is no desktop. */
function isTelling(line: string): boolean {
  return !/:(?:[\w/]+\/)?dbus\/\w+\.cc:/.test(line);
}

function exit(child: ChildProcess, stderrEnd: () => string): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const finish = () => {
        clearTimeout(patience);
        child.off('close', finish);
        const detail = stderrEnd();
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
