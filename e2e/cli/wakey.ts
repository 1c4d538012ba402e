import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromiumPath } from '../support/chromium.ts';

/** A line that `--json` prints. */
export interface Line {
  readonly time: string;
  readonly session: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A running `wakey` command. */
export interface Wakey {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Standard output so far, as lines of JSON. Throws if a line is no JSON. */
  lines(): readonly Line[];
  stdout(): string;
  stderr(): string;
  /** Resolves with the first line of this event, past or future, that fits. Rejects when the command ends without such a line. */
  event(name: string, fits?: (line: Line) => boolean): Promise<Line>;
  /** Resolves with the first line of standard output that contains the text. Rejects when the command ends without such a line. */
  says(text: string): Promise<string>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** The built program of this clone. */
export const program = join(import.meta.dirname, '../../apps/cli/bin/wakey.js');

/** The working directory and the environment of a command. */
export interface WakeyOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the command gets a process group of its own, as in a shell. */
  readonly detached?: boolean;
}

/** Runs `wakey …`, on the headless shell unless the arguments name another browser. */
export function runWakey(args: readonly string[], { cwd, env = {}, detached = false }: WakeyOptions): Wakey {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    detached,
    env: { PATH: process.env.PATH, WAKEY_BROWSER: chromiumPath('headless-shell'), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  const texts: string[] = [];
  const watchers = new Set<() => void>();
  let ended: number | NodeJS.Signals | undefined;
  createInterface({ input: child.stdout }).on('line', (text) => {
    texts.push(text);
    for (const look of watchers) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code, signal]) => {
    ended = (code ?? signal) as number | NodeJS.Signals;
    for (const look of watchers) look();
    return ended;
  });
  const first = <T>(find: () => T | undefined, wanted: string) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && ended === undefined) return;
        watchers.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`wakey ended (${ended}) before "${wanted}".\n${texts.join('\n')}\n${stderr}`));
      };
      watchers.add(look);
      look();
    });
  const lines = () => texts.map((text) => JSON.parse(text) as Line);
  return {
    pid: child.pid ?? 0,
    child,
    lines,
    stdout: () => texts.join('\n'),
    stderr: () => stderr,
    exited,
    event: (name, fits = () => true) => first(() => lines().find((line) => line.event === name && fits(line)), name),
    says: (text) => first(() => texts.find((line) => line.includes(text)), text),
  };
}
