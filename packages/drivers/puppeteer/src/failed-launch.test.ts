import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

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
