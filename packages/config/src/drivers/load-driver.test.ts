import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserEnvironment } from './browser-environment.js';
import { loadDriver } from './load-driver.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wakey-driver-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const from = () => ({ cwd, own: (name: string) => import(name) });

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const factory = 'export function someDriver(options) { return { name: options.executable, launch() {} }; }';

describe('a driver', () => {
  it.each(['pupeteer', 'some-package', './needy.mjs'])(
    'with an unknown name is no package that a message says to install: %s',
    async (name) => {
      write('needy.mjs', `import 'some-browser-library';\n${factory}`);
      await expect(loadDriver(name, {}, from())).rejects.not.toThrow('npm install');
    },
  );

  it('of another author is found by the path of its file, and gets the options', async () => {
    write('mine.mjs', factory);
    expect((await loadDriver('./mine.mjs', { executable: '/bin/b' }, from())).name).toBe('/bin/b');
  });

  it('of another author is found as a package that is installed where the program runs, also if it is for import only', async () => {
    write('node_modules/@some/driver/package.json', '{"exports":{".":{"types":"./t.d.ts","import":"./e.mjs"}}}');
    write('node_modules/@some/driver/e.mjs', factory);
    expect((await loadDriver('@some/driver', { executable: 'x' }, from())).name).toBe('x');
  });

  it.each([
    ['nothing', 'There is no driver "nothing" here. Wakey has puppeteer, playwright, lightpanda; any other one is'],
    ['pupeteer', 'There is no driver "pupeteer" here. Did you mean puppeteer?'],
    ['@wakey/driver-playwrite', 'Did you mean playwright?'],
    ['some-package', 'There is no driver "some-package" here.'],
    ['./nothing.mjs', 'There is no driver at'],
    ['./needy.mjs', 'needs some-browser-library, which is not installed'],
    ['./two.mjs', 'The driver "./two.mjs" has no factory'],
    ['./wrong.mjs', 'makes no driver: its result has no launch()'],
  ])('that cannot be loaded is refused with what to do: %s', async (name, words) => {
    write('needy.mjs', `import 'some-browser-library';\n${factory}`);
    write('two.mjs', 'export const aDriver = () => 1; export const bDriver = () => 2;');
    write('wrong.mjs', 'export default () => ({ name: "wrong" });');
    await expect(loadDriver(name, {}, from())).rejects.toThrow(words);
  });
});

it('passes the variables that a browser needs, and no key of another program', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/me',
    DISPLAY: ':0',
    LC_ALL: 'C',
    AWS_SECRET_ACCESS_KEY: 'x',
    WAKEY_URL: 'y',
  };
  expect(browserEnvironment(env, 'linux')).toEqual({
    PATH: '/bin',
    DISPLAY: ':0',
    LC_ALL: 'C',
    XAUTHORITY: '/home/me/.Xauthority',
  });
});

it('passes the variables of Lightpanda, and those by which it is found, only to Lightpanda', () => {
  const own = {
    HOME: '/home/me',
    XDG_CACHE_HOME: '/var/cache/me',
    LIGHTPANDA_EXECUTABLE_PATH: '/opt/lightpanda',
    LIGHTPANDA_DISABLE_TELEMETRY: 'false',
  };
  const env = { PATH: '/bin', ...own, OTHER_KEY: 'x' };
  expect(browserEnvironment(env, 'linux', 'lightpanda')).toEqual({ PATH: '/bin', ...own });
  expect(browserEnvironment(env, 'linux', 'puppeteer')).toEqual({ PATH: '/bin' });
});
