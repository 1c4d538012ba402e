import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ToldProcess } from '@wakey/testkit';
import { temporaryDirectory, tree } from '@wakey/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { listSessions } from './list-sessions.js';
import type { Answer, Order } from './testing/owner.js';
import { startOwner } from './testing/owner-process.js';
import { open } from './testing/place.js';

it('opens a session for exactly one of twenty processes that open it at once, round after round', async () => {
  const owners = await Promise.all(Array.from({ length: 20 }, startOwner));
  onTestFinished(() => endAll(owners));
  for (let round = 0; round < 5; round++) {
    const sessionsDir = join(temporaryDirectory(), 'sessions');
    const answers = await Promise.all(owners.map((owner) => owner.tell({ do: 'open', sessionsDir, id: 'main' })));
    const winner = owners[answers.findIndex(({ ok }) => ok)];
    const refusals = answers.filter((answer) => !answer.ok);
    expect(refusals).toHaveLength(19);
    for (const { code, message } of refusals) {
      expect(code).toBe('session-in-use');
      expect(message).toContain(`held by owner fixture, process ${winner?.pid} on host here, since `);
    }
    expect(await winner?.tell({ do: 'release' })).toEqual({ ok: true });
  }
});

it('frees a session at once when its owner is killed, although a child of the owner lives on', async () => {
  const sessionsDir = temporaryDirectory();
  const owner = await startOwner();
  expect(await owner.tell({ do: 'open', sessionsDir, id: 'main' })).toEqual({ ok: true });
  const child = await owner.tell({ do: 'spawn-child' });
  const childPid = child.ok ? (child.pid ?? 0) : 0;
  onTestFinished(() => void process.kill(childPid, 'SIGKILL'));
  await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-in-use', details: { pid: owner.pid } });
  expect(await listSessions({ sessionsDir })).toMatchObject([{ id: 'main', isHeld: true, holder: { pid: owner.pid } }]);

  await owner.kill();

  expect(process.kill(childPid, 0)).toBe(true);
  expect(await listSessions({ sessionsDir })).toMatchObject([
    { id: 'main', isHeld: false, holder: { pid: owner.pid } },
  ]);
  const workspace = await open({ sessionsDir });
  expect(workspace.formerHolder).toMatchObject({ host: 'here', pid: owner.pid, program: 'owner fixture' });
  await workspace.release();
});

it.each([0o000, 0o077, 0o177])(
  'keeps modes 0700 and 0600 under umask %o',
  async (mask) => {
    const sessionsDir = join(temporaryDirectory(), 'made', 'sessions');
    const owner = await startOwner();
    onTestFinished(() => owner.kill());
    await owner.tell({ do: 'set-umask', mask });
    expect(await owner.tell({ do: 'open', sessionsDir, id: 'main' })).toEqual({ ok: true });
    expect(await owner.tell({ do: 'use-everything' })).toEqual({ ok: true });
    const found = [...tree(join(sessionsDir, '..'))];
    expect(found.map(([name]) => name)).toEqual(
      expect.arrayContaining(['sessions/main/session.json', 'sessions/main/lock']),
    );
    for (const [name, { mode, text }] of found)
      expect([name, mode]).toEqual([name, text === undefined ? 0o700 : 0o600]);
  },
  60_000,
);

it('names the command that helps a user who may not write into the sessions directory, and leaves no files', async () => {
  const sessionsDir = temporaryDirectory();
  const owner = await startOwner();
  onTestFinished(() => owner.kill());
  await owner.tell({ do: 'become', uid: 65_534 });
  const answer = await owner.tell({ do: 'open', sessionsDir, id: 'main' });
  expect(answer).toMatchObject({ ok: false, code: 'sessions-dir-unusable' });
  expect(answer.ok ? '' : answer.message).toMatch(/Choose another directory.*sudo chown 65534 '\/.*'/);
  expect(existsSync(join(sessionsDir, 'main'))).toBe(false);
});

async function endAll(owners: readonly ToldProcess<Order, Answer>[]): Promise<void> {
  await Promise.all(owners.map((owner) => owner.kill()));
}
