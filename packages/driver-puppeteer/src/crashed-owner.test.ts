import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './testing/expectations.js';
import { isAlive, processesHolding } from './testing/processes.js';
import { tested } from './testing/tested-driver.js';

let folder: string;
let profile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakey-owner-'));
  profile = join(folder, 'profile');
  await mkdir(profile);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a browser whose owner is killed', { timeout: 30_000 }, () => {
  it('dies with it', async () => {
    const { kill } = await startOwner();
    await kill();
    await until(() => processesHolding(folder).length === 0);
  });

  it('is ended by the next launch on its profile, with the files it left, if it hangs on', async () => {
    const { kill, browser } = await startOwner();
    process.kill(browser, 'SIGSTOP');
    await kill();
    expect(isAlive(browser)).toBe(true);

    const next = await tested.driver({ env: { TMPDIR: folder } }).launch({ profile });
    expect(isAlive(browser)).toBe(false);
    expect(await next.page.evaluate('1 + 1')).toBe(2);
    await next.close();
    expect(processesHolding(folder)).toEqual([]);
    expect(await readdir(folder)).toEqual(['profile']);
  });
});

async function startOwner() {
  const owner = fork(join(import.meta.dirname, 'testing/owner.ts'), {
    execArgv: ['--import', 'tsx', '--conditions', 'wakey:source'],
  });
  owner.send({ folder, profile });
  const [browser] = (await once(owner, 'message')) as [number];
  return {
    browser,
    async kill() {
      const gone = once(owner, 'exit');
      owner.kill('SIGKILL');
      await gone;
    },
  };
}
