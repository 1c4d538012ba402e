import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { puppeteerDriver } from './puppeteer-driver.js';

describe('a process whose launch failed', () => {
  it.each([
    ['exits at once', 'exit 3', 'browser-failed'],
    ['exits after a moment', 'sleep 0.3; exit 3', 'browser-failed'],
    ['never answers', 'exec sleep 100', 'timeout'],
  ])('can exit at once if the browser %s', async (_, body, code) => {
    const folder = await mkdtemp(join(tmpdir(), 'wakey-failed-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const browser = join(folder, 'browser');
    const script = `#!/bin/sh\n[ "$1" = --version ] && { echo "Chromium 156.0.1.1"; exit; }\n${body}\n`;
    await writeFile(browser, script, { mode: 0o755 });
    const sources = ['--import', 'tsx', '--conditions', 'wakey:source'];
    const file = join(import.meta.dirname, 'testing/failed-launch.ts');
    // Timers of puppeteer would keep the process alive for three minutes.
    const { stdout } = await promisify(execFile)(process.execPath, [...sources, file, browser], { timeout: 60_000 });
    expect(stdout.trim()).toBe(code);
  });
});

describe('the record of a browser in its profile', () => {
  it('exists before the process of the browser, so that a crash of its owner leaves no unknown browser', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wakey-record-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const [browser, profile, seen] = ['browser', 'profile', 'seen'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(profile);
    const look = `cp ${join(profile, 'wakey-browser.json')} ${seen}; env | grep WAKEY >> ${seen}; exit 3`;
    const script = `#!/bin/sh\n[ "$1" = --version ] && { echo "Chromium 156.0.1.1"; exit; }\n${look}\n`;
    await writeFile(browser, script, { mode: 0o755 });
    await expect(puppeteerDriver({ executable: browser }).launch({ profile })).rejects.toThrow('did not start');
    const [, marker] = /"marker":"(\w+)"/.exec(await readFile(seen, 'utf8')) ?? [];
    expect(await readFile(seen, 'utf8')).toContain(`=${marker}\n`);
    expect(await readdir(profile)).toEqual([]);
  });
});
