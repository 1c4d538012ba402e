import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One line that the child prints. */
export interface Said {
  /** The time, in ms since 1970. */
  readonly at: number;
  readonly state?: string;
  readonly reason?: string;
  readonly qr?: string;
  readonly event?: string;
  readonly step?: string;
  /** With the event `ready`: how old the profile is. */
  readonly from?: 'live' | 'newest' | 'older';
  readonly age?: number;
  readonly recovery?: { readonly step: string; readonly age?: number };
  /** With the event `kept`: the number of the segment that is in the store now. */
  readonly number?: number;
  /** With the event `kept`: the size of that segment. */
  readonly bytes?: number;
  /** With the event `warning`. */
  readonly what?: string;
  /** With the event `memory`: the memory of the process, in bytes. */
  readonly rss?: number;
  /** With the event `answered`: in which time the page answered, in ms. */
  readonly took?: number;
  /** With the event `filled`: how many rows the page has. With `discarded`: how many it had. */
  readonly rows?: number;
}

/** A session in a child process that saves backups all the time. */
export interface KeepingChild {
  readonly process: ChildProcess;
  /** All lines that it has printed, in order. */
  readonly said: readonly Said[];
  readonly gone: Promise<void>;
  isGone(): boolean;
  /** Resolves when a line from `after` on fits. Rejects when the process ends first, or after the time limit. */
  hear(fits: (line: Said) => boolean, after?: number): Promise<void>;
  /** What the session is doing, by its last lines and by its files. */
  doing(): string;
  /** The last lines and errors that it printed, for messages. */
  tail(): string;
}

/** The options of a child. */
export interface ChildPlace {
  readonly url: string;
  readonly sessionsDir: string;
  readonly seed: number;
}

/** A program that prints lines as `keeping-process.ts` does. */
export interface ChildProgram {
  readonly script: URL;
  readonly args: readonly string[];
  /** The directory of the session `main`. */
  readonly sessionsDir: string;
  /** Whether it describes its page on stderr at SIGUSR2. */
  readonly describes?: true;
  /** How long to wait for a line, in ms. @default 120_000 */
  readonly patience?: number;
}

/** How long to wait for a line, in ms: longer than anything takes on a busy machine. */
const usualPatience = 120_000;

/** How long a child may take to describe its page, in ms. */
const describing = 5_000;

/** Starts `keeping-process.ts`. */
export function startKeepingChild({ url, sessionsDir, seed }: ChildPlace): KeepingChild {
  const script = new URL('./keeping-process.ts', import.meta.url);
  return startTellingChild({ script, args: [url, sessionsDir, `${seed}`], sessionsDir, describes: true });
}

/** Starts a program that prints JSON lines. */
export function startTellingChild({
  script,
  args,
  sessionsDir,
  describes,
  patience = usualPatience,
}: ChildProgram): KeepingChild {
  const node = ['--import', import.meta.resolve('tsx'), '--conditions=wakey:source', fileURLToPath(script)];
  const child = spawn(process.execPath, [...node, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Said[] = [];
  const listeners = new Set<() => void>();
  let errors = '';
  let isGone = false;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  child.stderr.on('data', (bytes) => {
    errors = `${errors}${bytes}`.slice(-8_000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line) as Said);
    tell();
  });
  const gone = new Promise<void>((resolve) => {
    child.on('close', () => {
      isGone = true;
      tell();
      resolve();
    });
  });
  const tail = () =>
    `${said
      .slice(-12)
      .map((line) => JSON.stringify({ ...line, ...(line.qr ? { qr: '…' } : {}) }))
      .join(' ')} ${errors}`;
  return {
    process: child,
    said,
    gone,
    isGone: () => isGone,
    tail,
    doing: () => doing(said, sessionsDir),
    hear: (fits, after = 0) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error) => {
          listeners.delete(look);
          clearTimeout(timer);
          if (error === undefined) resolve();
          else reject(error);
        };
        const look = () => {
          if (said.slice(after).some(fits)) finish();
          else if (isGone) finish(new Error(`The process ended: ${tail()}`));
        };
        const late = () => finish(new Error(`The expected line did not come in time: ${tail()}`));
        const timer = setTimeout(() => {
          if (describes !== true) return late();
          child.kill('SIGUSR2');
          setTimeout(late, describing);
        }, patience);
        listeners.add(look);
        look();
      }),
  };
}

function doing(said: readonly Said[], sessionsDir: string): string {
  const state = said.findLast((line) => line.state !== undefined)?.state ?? 'booting';
  const step = said.findLast((line) => line.step !== undefined)?.step ?? 'idle';
  const isLinking = !said.some(({ event }) => event === 'saved') && said.some(({ qr }) => qr !== undefined);
  if (state === 'stopping') return step === 'idle' ? 'stop' : `stop (${step})`;
  if (state === 'stopped') return 'rest';
  if (isLinking && state !== 'ready') return 'link';
  if (step !== 'idle') return step;
  if (state !== 'ready') return 'start';
  return existsSync(join(sessionsDir, 'main', 'scratch')) ? 'copy' : 'ready';
}
