import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWakeyError } from '@wakey/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';
import { linuxPlaces } from './places/linux.js';
import { macosPlaces } from './places/macos.js';
import type { BrowserPlaces } from './places/places.js';
import { windowsPlaces } from './places/windows.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakey-find-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, mode = 0o755): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, mode);
  return path;
}

function places(given: Partial<BrowserPlaces>): BrowserPlaces {
  return { shells: [], browsers: [], shellNames: [], browserNames: [], wrappers: {}, ...given };
}

describe('findBrowser', () => {
  it('prefers the headless shell if no window is wanted, and skips it otherwise', async () => {
    const here = places({ shells: [await program('shell')], browsers: [await program('chrome')] });
    expect(await findBrowser({ places: here })).toBe(join(folder, 'shell'));
    expect(await findBrowser({ places: here, headless: false })).toBe(join(folder, 'chrome'));
  });

  it('skips missing files, files that may not be run, and directories', async () => {
    await mkdir(join(folder, 'directory'));
    const browsers = [
      join(folder, 'none'),
      join(folder, 'directory'),
      await program('locked', 0o644),
      await program('good'),
    ];
    expect(await findBrowser({ places: places({ browsers }) })).toBe(join(folder, 'good'));
  });

  it('searches the given PATH after the usual places, and no other', async () => {
    await program('chromium');
    const here = places({ browserNames: ['chromium'] });
    expect(await findBrowser({ places: here, env: { PATH: `/nowhere:relative:${folder}` } })).toBe(
      join(folder, 'chromium'),
    );
    await expect(findBrowser({ places: here })).rejects.toMatchObject({ code: 'browser-unavailable' });
  });

  it('names every place that it searched when it finds no browser', async () => {
    const here = places({ shells: ['/none/shell'], browsers: ['/none/chrome'], browserNames: ['chrome'] });
    const error = await findBrowser({ places: here, env: { PATH: '/none/bin' } }).catch((thrown: unknown) => thrown);
    expect(isWakeyError(error, 'browser-unavailable')).toBe(true);
    for (const place of ['/none/shell', '/none/chrome', '/none/bin/chrome']) expect(String(error)).toContain(place);
    expect(String(error)).toContain('executable');
  });

  it('returns the given path if it is a program', async () => {
    const executable = await program('mine');
    expect(await findBrowser({ executable })).toBe(executable);
  });

  it.each([
    ['none', 'does not exist'],
    ['.', 'is not a file'],
    ['locked', 'may not be run'],
  ])('refuses the given path %s: it %s', async (name, why) => {
    await program('locked', 0o644);
    const executable = join(folder, name);
    const error = await findBrowser({ executable }).catch((thrown: unknown) => thrown);
    expect(isWakeyError(error, 'browser-unavailable')).toBe(true);
    expect(String(error)).toContain(`${executable} ${why}`);
  });

  it('returns the binary behind a start script, also through a link, and the script if the binary is missing', async () => {
    const wrapper = await program('wrapper');
    const binary = await program('binary');
    await symlink(wrapper, join(folder, 'link'));
    const here = places({ wrappers: { [wrapper]: binary } });
    expect(await findBrowser({ executable: wrapper, places: here })).toBe(binary);
    expect(await findBrowser({ executable: join(folder, 'link'), places: here })).toBe(binary);
    await rm(binary);
    expect(await findBrowser({ executable: wrapper, places: here })).toBe(wrapper);
  });
});

describe('the usual places', () => {
  it('on Linux are binaries, never start scripts of packagers', () => {
    const { shells, browsers, wrappers } = linuxPlaces();
    for (const place of [...shells, ...browsers]) expect(Object.keys(wrappers)).not.toContain(place);
    expect(wrappers['/usr/bin/chromium-headless-shell']).toBe('/usr/lib/chromium/chromium-headless-shell');
  });

  it('on macOS are the applications of the machine and of the user', () => {
    const { browsers } = macosPlaces({ HOME: '/Users/ann' });
    expect(browsers).toContain('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    expect(browsers).toContain('/Users/ann/Applications/Chromium.app/Contents/MacOS/Chromium');
  });

  it('on Windows are in the program folders that the environment names', () => {
    const { browsers } = windowsPlaces({
      PROGRAMFILES: 'D:\\Programs',
      LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local',
    });
    expect(browsers).toContain('D:\\Programs\\Google\\Chrome\\Application\\chrome.exe');
    expect(browsers).toContain('C:\\Users\\ann\\AppData\\Local\\Chromium\\Application\\chrome.exe');
  });
});
