import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A `lightpanda serve` without any driver. */
export interface Server {
  /** Such as `127.0.0.1:4000`. */
  readonly address: string;
  readonly pid: number;
  /** Sends a signal, and waits until the process has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a Lightpanda with further arguments. `folder`: its home, and its directory for temporary files. */
export async function startServer(executable: string, folder: string, args: readonly string[] = []): Promise<Server> {
  const env = { TMPDIR: folder, HOME: folder, LIGHTPANDA_DISABLE_TELEMETRY: 'true' };
  const child = spawn(executable, ['serve', '--port', '0', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const end: Server['end'] = async (signal) => {
    child.kill(signal);
    await exited;
  };
  const listening = Promise.withResolvers<string>();
  const deadline = setTimeout(listening.reject, 30_000, new Error('Lightpanda did not say where it listens'));
  let said = '';
  createInterface(child.stderr).on('line', (line) => {
    said += `${line}\n`;
    const [, found] = /server running.*address="?([^\s"]+)/.exec(line) ?? [];
    if (found !== undefined) listening.resolve(found);
  });
  exited.then(() => listening.reject(new Error(`Lightpanda ended: ${said}`)), listening.reject);
  try {
    return { address: await listening.promise, pid: child.pid ?? 0, end };
  } catch (error) {
    child.kill('SIGKILL');
    await Promise.allSettled([exited]);
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}
