import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { type Rig, startRig } from '../support/rig.ts';

describe('aborting', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  it.each([0, 50, 150, 400])('a start after %i ms leaves nothing running', async (ms) => {
    const session = rig.session();
    const abort = AbortSignal.timeout(ms);
    const outcome = await session.start({ signal: abort }).then(
      () => 'started',
      (error: { code: string }) => error.code,
    );
    if (outcome === 'started') await session.stop();
    else expect(outcome).toBe('aborted');
    expect(session.state.name).toBe('stopped');
    expect(processesNaming(rig.sessionsDir)).toEqual([]);
  });

  it('a start while the page hangs in loading leaves nothing running', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const session = rig.session({ url });
    const asked = new Promise((resolve) => server.once('request', resolve));
    const abort = new AbortController();
    const started = session.start({ signal: abort.signal });
    await asked;
    abort.abort();
    await expect(started).rejects.toMatchObject({ code: 'aborted' });
    expect(processesNaming(rig.sessionsDir)).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  it('a wait for ready ends the wait and leaves the session as it is', async () => {
    const session = rig.session();
    await session.start();
    const abort = new AbortController();
    const ready = session.ready({ signal: abort.signal });
    abort.abort();
    await expect(ready).rejects.toMatchObject({ code: 'aborted' });
    expect(session.page).toBeDefined();
  });
});
