import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findBrowser } from './browser.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wakey-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(path: string, mode = 0o755): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '', { mode });
  return file;
}

it('takes WAKEY_BROWSER before anything else', () => {
  const [mine, system] = [program('mine'), program('system')];
  expect(findBrowser({ WAKEY_BROWSER: mine }, [system])).toEqual({ path: mine, hidden: false });
});

it('refuses a WAKEY_BROWSER that is not a program, and says which variable to correct', () => {
  const text = program('text', 0o644);
  for (const path of [text, folder, join(folder, 'absent')]) {
    expect(() => findBrowser({ WAKEY_BROWSER: path }, [])).toThrow(`WAKEY_BROWSER is "${path}"`);
  }
});

it("prefers the system's paths to the PATH, which leads to shell wrappers", () => {
  const [binary, wrapper] = [program('lib/chromium'), program('bin/chromium')];
  const env = { PATH: dirname(wrapper) };
  expect(findBrowser(env, [join(folder, 'absent'), binary])?.path).toBe(binary);
  expect(findBrowser(env, [])?.path).toBe(wrapper);
});

it("falls back to the newest browser of the installer's cache, and marks it as hidden from the job", () => {
  program('cache/chrome-headless-shell/linux-99.0.1/shell/chrome-headless-shell');
  const newest = program('cache/chrome-headless-shell/linux-156.0.2/shell/chrome-headless-shell');
  expect(findBrowser({ PUPPETEER_CACHE_DIR: join(folder, 'cache') }, [])).toEqual({ path: newest, hidden: true });
});

it('finds nothing if no browser is installed', () => {
  expect(findBrowser({ PUPPETEER_CACHE_DIR: folder }, [])).toBeUndefined();
});
