import type { ForeignBrowser } from '@wakey/conformance';
import { vi } from 'vitest';
import { processesHolding } from './left.ts';
import { startServer } from './start-server.ts';

/** A Lightpanda that another program started. It announces no pages, and has one page for each connection. */
export async function startForeign(executable: string, folder: string): Promise<ForeignBrowser> {
  const { address, pid, end } = await startServer(executable, folder);
  return {
    endpoint: `ws://${address}/`,
    pid,
    async end() {
      await end('SIGKILL');
      await vi.waitFor(() => {
        if (processesHolding(folder).length > 0) throw new Error('the browser behind the stand-in is still running');
      }, 20_000);
    },
  };
}
