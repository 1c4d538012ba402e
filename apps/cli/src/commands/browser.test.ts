import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasPip, wheelIndex } from '@wakey/testkit';
import { decodeReport } from '@wakey/wire/decode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Signal } from '../shell.js';
import { run } from '../testing/run.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wakey-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cache = (...names: readonly string[]) => join(folder, 'cache/wakey/lightpanda', ...names);
const env = () => ({ PATH: process.env.PATH, XDG_CACHE_HOME: join(folder, 'cache') });

/** Puts a program into the cache that reports a version. */
function installed(version: string, says = version): string {
  const path = cache(version, 'lightpanda');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${says}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Reads the lines that a command printed with `--json`. Fails if the schema lacks a field of them. */
function reportsIn(text: string) {
  const lines: readonly unknown[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const reports = lines.map(decodeReport);
  expect(reports).toEqual(lines);
  return reports;
}

describe('wakey browser install', () => {
  it('takes the newest version, one version by its own number or by its release, or all', async () => {
    const newest = installed('1.0.2');
    const older = installed('1.0.0.post2', '1.0.0');
    for (const [word, executable] of [
      ['lightpanda', newest],
      ['lightpanda@1.0.2', newest],
      ['lightpanda@1.0.0', older],
      ['lightpanda@1.0.0.post2', older],
    ] as const) {
      const { code, out } = await run(folder, ['browser', 'install', word, '--json'], env());
      expect(code).toBe(0);
      expect(reportsIn(out)).toMatchObject([{ event: 'browser-installed', executable, isNew: false }]);
    }
    installed('1.0.1');
    installed('0.4.1.post1', '0.4.1');
    const { out } = await run(folder, ['browser', 'install', 'lightpanda@all', '--json'], env());
    expect(reportsIn(out)).toHaveLength(4);
  });

  it('prints where the binary is and what its license is', async () => {
    const path = installed('1.0.2');
    const { out, err } = await run(folder, ['browser', 'install', 'lightpanda'], env());
    expect(out).toContain(`Lightpanda 1.0.2 was installed already: ${path}`);
    expect(out).toContain('AGPL-3.0');
    expect(err).toBe('');
  });

  it.each([
    ['chrome', 'Wakey installs only lightpanda, not "chrome"'],
    ['lightpanda@0.2.8', 'It installs 1.0.2, 1.0.1, 1.0.0.post2, 0.4.1.post1'],
    ['lightpanda@', 'It installs 1.0.2'],
  ])('refuses %s and says what it installs', async (word, words) => {
    const { code, err } = await run(folder, ['browser', 'install', word], env());
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it('says what to do without pip, and ends with the code of a missing browser', async () => {
    const { code, err } = await run(folder, ['browser', 'install', 'lightpanda'], { ...env(), PATH: folder });
    expect(code).toBe(20);
    expect(err).toContain('npx @lightpanda/browser install');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(hasPip())('refuses a wheel that PyPI does not have under that version', async () => {
    const index = await wheelIndex();
    const { code, out, err } = await run(folder, ['browser', 'install', 'lightpanda'], { ...env(), ...index.env });
    await index.close();
    expect({ code, out }).toEqual({ code: 20, out: '' });
    expect(err).toContain(`its SHA-256 is ${index.digest}, not `);
    expect(readdirSync(cache())).toEqual(['.lock']);
  });

  it.runIf(hasPip()).each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s in the middle of a download, and leaves nothing', async (name, wanted) => {
    const index = await wheelIndex({ answer: 'stall' });
    let stop: (signal: Signal) => void = () => undefined;
    const listen = (onStop: typeof stop) => {
      stop = onStop;
      return () => undefined;
    };
    const running = run(folder, ['browser', 'install', 'lightpanda'], { ...env(), ...index.env }, { listen });
    await index.half;
    stop(name);
    const { code, out } = await running;
    await index.close();
    expect({ code, out }).toEqual({ code: wanted, out: '' });
    expect(readdirSync(cache())).toEqual(['.lock']);
  });
});

describe('wakey browser list', () => {
  it('lists every version that can be installed, and the path of each installed one, newest first', async () => {
    const [foreign, pinned] = [installed('1.1.0'), installed('1.0.1')];
    const { code, out } = await run(folder, ['browser', 'list', '--json'], env());
    expect(code).toBe(0);
    const version = (name: string) => ({ event: 'browser', browser: 'lightpanda', version: name });
    expect(reportsIn(out)).toEqual([
      { ...version('1.1.0'), executable: foreign },
      version('1.0.2'),
      { ...version('1.0.1'), executable: pinned },
      version('1.0.0.post2'),
      version('0.4.1.post1'),
    ]);
  });

  it('names the command that installs one if there is none', async () => {
    const { out } = await run(folder, ['browser', 'list'], env());
    expect(out).toContain('npx wakey browser install lightpanda');
    expect(out.match(/not installed/g)).toHaveLength(4);
  });
});
