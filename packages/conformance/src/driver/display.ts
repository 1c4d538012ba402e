import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** An X server without a real screen, on which browsers can show windows. */
export interface Display {
  /** For `DISPLAY`, such as `:1`. */
  readonly name: string;
  /** Ends the X server, and waits until its process is gone. */
  close(): Promise<void>;
}

/** Starts Xvfb at a free display, for clauses about windows. Returns undefined if Xvfb is not installed. */
export async function openDisplay(): Promise<Display | undefined> {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  });
  const ended = once(child, 'exit');
  const number = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]: readonly unknown[]) => String(line)),
    // Xvfb is not installed, or cannot start here.
    ended.then(
      () => undefined,
      () => undefined,
    ),
  ]);
  if (number === undefined) return undefined;
  return {
    name: `:${number}`,
    async close() {
      child.kill();
      await ended;
    },
  };
}
