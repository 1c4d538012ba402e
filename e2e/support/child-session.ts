import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A session in a child process, and the states that it has printed. */
export interface ChildSession {
  readonly process: ChildProcess;
  /** Names of states, in order. */
  readonly trail: readonly string[];
  /** Resolves when the state is in the trail, ignoring its first `after` entries. Rejects when the process ends first. */
  reach(state: string, after?: number): Promise<void>;
  isGone(): boolean;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
}

/** Starts `session-process.ts`. */
export function startChildSession(url: string, sessionsDir: string): ChildSession {
  const script = fileURLToPath(new URL('./session-process.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=wakey:source', script, url, sessionsDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const trail: string[] = [];
  const listeners = new Set<() => void>();
  let errors = '';
  let isGone = false;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  child.stderr.on('data', (bytes) => {
    errors = `${errors}${bytes}`.slice(-2_000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { state, reason } = JSON.parse(line) as { state: string; reason: string };
    trail.push(reason === '' ? state : `${state} (${reason})`);
    tell();
  });
  const gone = new Promise<void>((resolve) => {
    child.on('close', () => {
      isGone = true;
      tell();
      resolve();
    });
  });
  const reach = (state: string, after = 0) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const isThere = trail.slice(after).includes(state);
        if (!isThere && !isGone) return;
        listeners.delete(look);
        if (isThere) resolve();
        else reject(new Error(`The process ended before ${state}: ${trail.slice(-6).join(', ')}; ${errors}`));
      };
      listeners.add(look);
      look();
    });
  return { process: child, trail, reach, isGone: () => isGone, gone };
}
