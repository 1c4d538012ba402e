import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ForeignBrowser } from './clause.js';

/** A Chromium with a debugging port, started without any driver. */
export async function startChromium(executable: string, folder: string): Promise<ForeignBrowser> {
  const child = spawn(
    executable,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${join(folder, 'foreign')}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { TMPDIR: folder, HOME: folder } },
  );
  const endpoint = await new Promise<string>((resolve) => {
    createInterface(child.stderr).on('line', (line) => {
      const [, found] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const list = `http://${new URL(endpoint).host}/json/list`;
  return {
    endpoint,
    pid: child.pid ?? 0,
    async pages() {
      const targets = (await (await fetch(list)).json()) as readonly { readonly type: string }[];
      return targets.filter(({ type }) => type === 'page').length;
    },
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
