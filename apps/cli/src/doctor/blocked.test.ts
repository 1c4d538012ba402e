import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesystemStore } from '@wakey/store-filesystem';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../testing/run.js';
import { checkPlace } from './check-place.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'wakey-blocked-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const never = () => new Promise<never>(() => undefined);

it.each(['stat', 'statfs', 'access'] as const)(
  'reports a sessions directory on which the call %s never returns',
  async (call) => {
    const path = folder();
    const [found] = await checkPlace(path, { files: { ...files, [call]: never }, answerWithin: 20 });
    expect(found).toMatchObject({
      check: 'sessions-dir',
      is: 'bad',
      what: expect.stringContaining('did not answer within 0.02 s'),
    });
    expect(found?.what).toContain(path);
  },
);

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('the login');
}

it.each([
  '.wakey-sessions',
  ...['session.json', 'lock', 'holder.json', 'profile', 'quarantine', 'bundles'].map(
    (name) => `.wakey-sessions/main/${name}`,
  ),
  ...['1.json', '1.bundle', 'fence.json', '1.quarantined.json'].map((name) => `.wakey-sessions/main/bundles/${name}`),
])('doctor and status wait for no pipe in the place of %s', async (name) => {
  const cwd = folder();
  const path = join(cwd, name);
  await filesystemStore({ directory: join(cwd, '.wakey-sessions') }).write('main', bytes(), { fence: 1, metadata: {} });
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  execFileSync('mkfifo', ['-m', '600', path]);
  const { code, out } = await run(cwd, ['doctor', '--browser', '/nowhere', '--json']);
  expect(code).toBe(3);
  expect(out.trimEnd().split('\n').at(-1)).toContain('"event":"doctor"');
  expect([0, 11]).toContain((await run(cwd, ['status'])).code);
});
