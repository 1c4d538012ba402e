import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ForeignBrowser } from '@wakey/conformance';
import { vi } from 'vitest';
import { processesHolding } from './left.ts';

/** A Lightpanda that another program started. It announces no pages, and has one page for each connection. */
export async function startForeign(executable: string, folder: string): Promise<ForeignBrowser> {
  const child = spawn(executable, ['serve', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { TMPDIR: folder, LIGHTPANDA_DISABLE_TELEMETRY: 'true' },
  });
  const end = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
  };
  const log = createInterface(child.stderr);
  const listening = new Promise<string>((resolve, reject) => {
    log.on('line', (line) => {
      const [, found] = /server running.*address="?([^\s"]+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error('Lightpanda ended before it listened')));
    setTimeout(reject, 30_000, new Error('Lightpanda did not say where it listens')).unref();
  });
  const address = await listening.catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    endpoint: `ws://${address}/`,
    pid: child.pid ?? 0,
    async end() {
      await end();
      await vi.waitFor(() => {
        if (processesHolding(folder).length > 0) throw new Error('the browser behind the stand-in is still running');
      }, 20_000);
    },
  };
}
