import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { processesNaming } from '../support/processes.ts';
import { runWakey } from './wakey.ts';

type Folder = Awaited<ReturnType<typeof makeFolder>>;

let place: Folder;
let temporary: Folder;
let folder: string;
beforeEach(async () => {
  place = await makeFolder();
  temporary = await makeFolder();
  folder = place.path;
});
afterEach(async () => {
  expect([processesNaming(folder), processesNaming(temporary.path)]).toEqual([[], []]);
  expect(await readdir(temporary.path)).toEqual([]);
  await Promise.all([place.remove(), temporary.remove()]);
});

async function run(...args: readonly string[]) {
  const wakey = runWakey(args, { cwd: folder, env: { TMPDIR: temporary.path } });
  const code = await wakey.exited;
  return { code, stderr: wakey.stderr() };
}

describe('an invalid command line', () => {
  it.each([
    ['a name with a slash', ['start', 'a/b'], '"a/b" cannot name a session: it contains "/".'],
    ['a name that climbs', ['start', '..'], '".." cannot name a session: it does not begin with a letter or digit.'],
    ['no name', ['start', ''], '"" cannot name a session: it is empty.'],
    ['a name without end', ['start', 'a'.repeat(300)], 'cannot name a session: it has 300 characters.'],
    ['two names', ['start', 'a', 'b'], 'too many arguments'],
    ['no count', ['start', '--max-qr', 'many'], '--max-qr cannot be "many". Use a whole number from 1 to 1000000'],
    ['no unit', ['start', '--qr-timeout', '20'], '--qr-timeout cannot be "20". Use a number with its unit (ms, s, m'],
    ['no value', ['start', '--qr-timeout'], "option '--qr-timeout <duration>' argument missing"],
    ['no such option', ['start', '--fast'], "unknown option '--fast'"],
    ['no such command', ['fly'], "unknown command 'fly'"],
    ['a national number', ['start', '--link-code', '07700 900000'], 'not a phone number in international format'],
    ['no such driver', ['start', '--driver', 'nothing'], 'There is no driver "nothing" here. Wakey has puppeteer'],
    ['a driver with a typo', ['start', '--driver', 'pupeteer'], 'Did you mean puppeteer?'],
    ['a store with a typo', ['start', '--store', 'filesytem'], 'Did you mean filesystem?'],
    ['no such memory', ['start', '--live-profile', 'nowhere'], 'is not an existing directory'],
    ['a missing name', ['logout'], "missing required argument 'session'"],
    ['no such session', ['status', 'nobody'], 'There is no session "nobody"'],
  ])('%s: prints what is wrong, exits with 2, and leaves no file', async (_, args, words) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('an unsuitable sessions directory', () => {
  it('is refused when others can read it, with the command that corrects the mode', async () => {
    const open = join(folder, 'open');
    await mkdir(open);
    await chmod(open, 0o755);
    const { code, stderr } = await run('start', '--sessions-dir', 'open');
    expect([code, stderr]).toEqual([11, expect.stringContaining(`chmod 700 '${open}'`)]);
    expect(await readdir(open)).toEqual([]);
  });

  it('is refused when it cannot be created or written to', async () => {
    await writeFile(join(folder, 'file'), '');
    // /proc refuses even root.
    for (const path of ['file/below', '/proc/wakey']) {
      const { code, stderr } = await run('start', '--sessions-dir', path);
      expect([code, stderr]).toEqual([11, expect.stringContaining(path)]);
    }
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('an unusable browser', () => {
  async function script(text: string): Promise<string> {
    const path = join(folder, 'browser');
    await writeFile(path, text, { mode: 0o755 });
    return path;
  }

  it('is named when it does not exist', async () => {
    const { code, stderr } = await run('start', '--browser', './nowhere/chromium');
    expect([code, stderr]).toEqual([20, expect.stringContaining(join(folder, 'nowhere/chromium'))]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is reported with its last output when it exits at once', async () => {
    await script('#!/bin/sh\necho "no display here" >&2\nexit 3\n');
    const { code, stderr } = await run('start', '--browser', './browser');
    expect([code, stderr]).toEqual([21, expect.stringContaining('no display here')]);
    expect(await readdir(folder)).toEqual(['browser']);
  });

  it('is reported when it exits at once without output', async () => {
    const { code, stderr } = await run('start', '--browser', '/bin/false');
    expect([code, stderr]).toEqual([21, expect.stringContaining('it exited with code 1')]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a URL that is not WhatsApp Web', () => {
  let server: Server;
  let url: string;
  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/hangs') return;
      response.end('<!doctype html><title>Log in</title><h1>Please log in to the network</h1>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is reported when it refuses the connection', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const { code, stderr } = await run('start', '--url', `${url}/`);
    expect([code, stderr]).toEqual([30, expect.stringContaining('ERR_CONNECTION_REFUSED')]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is reported when another page answers', async () => {
    const { code, stderr } = await run('start', '--url', `${url}/`);
    expect([code, stderr]).toEqual([31, expect.stringContaining('is not WhatsApp Web')]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is reported as soon as the time limit of a page is over if it never answers', async () => {
    const { code, stderr } = await run('start', '--url', `${url}/hangs`);
    expect([code, stderr]).toEqual([30, expect.stringContaining('✗ The page could not be loaded.')]);
    expect(await readdir(folder)).toEqual([]);
  });
});
