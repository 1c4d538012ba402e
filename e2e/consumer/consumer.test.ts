import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSimulator } from '@wakey/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';
import { catalogVersion, install, pack, runIn, typeCheck } from './project.ts';

const shared = ['core', 'host', 'bundle', 'client', 'whatsapp-web', 'browser-process', 'chromium'].map(
  (name) => `@wakey/${name}`,
);
const libraries = ['puppeteer-core', 'playwright-core', 'chrome-remote-interface', 'puppeteer', 'playwright'];

/** The source of a bot that logs in and calls a method that only the page of this browser library has. */
function program(driver: string, factory: string, ownCall: string): string {
  return `
import { createSession } from '@wakey/client';
import { ${factory} } from '${driver}';
import { whatsappWeb } from '@wakey/whatsapp-web';

const [url = '', control = '', executable = ''] = process.argv.slice(2);
const session = createSession({ id: 'main', driver: ${factory}({ executable }), page: whatsappWeb({ url }), sessionsDir: 'sessions' });
session.on('qr', ({ qr }) => void fetch(control + '/phone/scan', { method: 'POST', body: JSON.stringify({ qr: qr.reveal() }) }));
await session.start();
const { me } = await session.ready();
const page = session.page;
if (page === undefined) throw new Error('There is no page.');
const own = await ${ownCall};
console.log(me, typeof own);
await session.stop();
`;
}

describe('a project outside the workspace, with packed packages', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let tarballs: Readonly<Record<string, string>>;
  beforeAll(async () => {
    folder = await makeFolder();
    const drivers = ['@wakey/driver-puppeteer', '@wakey/driver-playwright'];
    tarballs = await pack(join(folder.path, 'tarballs'), [...shared, ...drivers]);
  }, 120_000);
  afterAll(() => folder.remove());

  it.each([
    ['@wakey/driver-puppeteer', 'puppeteerDriver', 'puppeteer-core', 'page.createCDPSession()'],
    ['@wakey/driver-playwright', 'playwrightDriver', 'playwright-core', "page.locator('body').innerText()"],
  ])(
    'installs %s and no other browser library, type-checks, and logs in',
    async (driver, factory, library, ownCall) => {
      const project = join(folder.path, factory);
      const wanted = Object.fromEntries([...shared, driver].map((name) => [name, tarballs[name] ?? '']));
      await install(project, wanted, { [library]: await catalogVersion(library) });
      const installed = libraries.filter((name) => existsSync(join(project, 'node_modules', name)));
      expect(installed).toEqual([library]);

      await writeFile(join(project, 'bot.ts'), program(driver, factory, ownCall));
      await typeCheck(project, 'bot.ts');

      const simulator = await startSimulator({ speed: 20 });
      const browser = chromiumPath('headless-shell');
      const printed = await runIn(project, process.execPath, 'bot.ts', simulator.url, simulator.control, browser);
      await simulator.close();
      expect(printed).toMatch(/^447700900000@c\.us (object|string)\n$/);
    },
  );
});
