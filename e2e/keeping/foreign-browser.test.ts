import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { linkSession, type Rig, reach, startRig } from '../support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
  await (await linkSession(rig)).stop();
});
afterEach(() => rig.close());

it('starts no browser on a profile that another program’s browser has open, and names the process of that browser', async () => {
  const profile = join(rig.sessionsDir, 'main', 'profile');
  const args = ['--no-sandbox', '--disable-background-networking', '--remote-debugging-port=0'];
  // The headless shell takes no lock on its profile, so it would not keep out a second browser.
  const foreign = spawn(chromiumPath('headless-shell'), [...args, `--user-data-dir=${profile}`, 'about:blank']);
  await once(foreign.stderr, 'data');
  const session = rig.session();
  await expect(session.start()).rejects.toMatchObject({ code: 'session-in-use' });
  expect((await reach(session, 'ended')).detail).toContain(`process ${foreign.pid}`);
  foreign.kill('SIGTERM');
  await once(foreign, 'exit');
  await session.start();
  await session.ready();
});
