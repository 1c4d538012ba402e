/*
 * A process that opens sessions on command: `node owner.ts <sessions-dir> [host]`. Reads one order per line from its input,
 * and answers each with a line of JSON. The default host is the name of the machine or container that it runs on.
 */
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromiumProfile } from '@wakey/chromium';
import { type BrowserHandle, isWakeyError, type Lease } from '@wakey/core';
import { filesystemStore } from '@wakey/store-filesystem';
import { openWorkspace } from '../../../packages/client/src/workspace/open-workspace.ts';
import type { Workspace } from '../../../packages/client/src/workspace/workspace.ts';
import { chromiumPath } from '../chromium.ts';
import type { Answer, Order } from './owner-process.ts';

const [sessionsDir = '', host = hostname()] = process.argv.slice(2);
const store = filesystemStore({ directory: sessionsDir });
let workspace: Workspace | undefined;
let lease: Lease | undefined;
let browser: BrowserHandle | undefined;

const orders: { readonly [D in Order['do']]: (id: string) => Promise<object> } = {
  async open(id) {
    workspace = await openWorkspace({
      sessionsDir,
      id,
      holder: holder(),
      format: chromiumProfile,
      clock: { now: Date.now, sleep },
    });
    return { formerHost: workspace.formerHolder?.host };
  },
  async lease(id) {
    lease = await store.lease(id, holder());
    return { fence: lease.fence };
  },
  async launch() {
    // Loads the driver only now: the proof "races" starts fifty of these processes, and none of them needs a browser.
    const { puppeteerDriver } = await import('@wakey/driver-puppeteer');
    const driver = puppeteerDriver({ executable: chromiumPath('chromium'), env: process.env });
    browser = await driver.launch(workspace === undefined ? {} : { profile: workspace.profileDir });
    await browser.page.goto('about:blank');
    return {};
  },
  clear: async () => ({ ...(await workspace?.clearStaleBrowserLock()) }),
  async release() {
    await browser?.close();
    await lease?.release();
    await workspace?.release();
    browser = undefined;
    lease = undefined;
    workspace = undefined;
    return {};
  },
};

function holder() {
  return { host, pid: process.pid, since: Date.now(), program: 'an owner' };
}

function say(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const order = JSON.parse(line) as Order;
  try {
    say({ ok: true, ...(await orders[order.do](order.id)) });
  } catch (error) {
    if (!isWakeyError(error)) throw error;
    say({ ok: false, code: error.code, message: error.message, details: error.details });
  }
});
say({ ok: true, host, pid: process.pid });
