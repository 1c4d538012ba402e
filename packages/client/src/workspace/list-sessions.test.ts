import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { listSessions } from './list-sessions.js';
import { open } from './testing/place.js';

const put: readonly (readonly [what: string, file: string, put: (path: string) => void])[] = [
  ['a directory in the record’s place', 'session.json', (path) => mkdirSync(path)],
  ['a pipe in the record’s place', 'session.json', (path) => execFileSync('mkfifo', [path])],
  ['a device in the record’s place', 'session.json', (path) => symlinkSync('/dev/zero', path)],
  ['a record of 2 MB', 'session.json', (path) => writeFileSync(path, ' '.repeat(2_000_000))],
  ['a link to itself in the record’s place', 'session.json', (path) => symlinkSync(path, path)],
  ['a time that no Date can hold', 'session.json', (path) => writeFileSync(path, record({ linkedAt: 8.64e15 + 1 }))],
  [
    'a recovery at no time',
    'session.json',
    (path) => writeFileSync(path, record({ recovery: { at: 9e15, why: 'x' } })),
  ],
  ['an own id with an escape sequence', 'session.json', (path) => writeFileSync(path, record({ me: '\x1b[2J' }))],
  ['an own id of 1 MB', 'session.json', (path) => writeFileSync(path, record({ me: '4'.repeat(1_000_000) }))],
  ['a driver of two lines', 'session.json', (path) => writeFileSync(path, record({ driver: 'a\nb' }))],
  ['a pipe in the lock’s place', 'lock', (path) => execFileSync('mkfifo', [path])],
  ['a directory in the lock’s place', 'lock', (path) => mkdirSync(path)],
  ['a link in the lock’s place', 'lock', (path) => symlinkSync('/dev/null', path)],
];

function record(more: object): string {
  return JSON.stringify({ version: 1, id: 'bad', createdAt: 1, generation: 0, ...more });
}

it.each(put)(
  'lists %s as the problem of that session alone, and refuses to open that session',
  async (_, file, place) => {
    const sessionsDir = temporaryDirectory();
    for (const id of ['bad', 'good']) await (await open({ sessionsDir, id })).release();
    rmSync(join(sessionsDir, 'bad', file));
    place(join(sessionsDir, 'bad', file));
    expect(await listSessions({ sessionsDir })).toMatchObject([
      { id: 'bad', isHeld: false, problem: { code: 'session-unreadable' } },
      { id: 'good', isHeld: false, record: { id: 'good' } },
    ]);
    await expect(open({ sessionsDir, id: 'bad' })).rejects.toMatchObject({ code: 'session-unreadable' });
  },
);

it.each([
  ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ['a directory', (path: string) => void mkdirSync(path)],
  ['a name with an escape sequence', (path: string) => writeFileSync(path, holder({ program: '\x1b]0;x\x07' }))],
  ['a time that no Date can hold', (path: string) => writeFileSync(path, holder({ since: 1e300 }))],
])('lists a session without its holder if %s is in the place of the holder’s file', async (_, place) => {
  const sessionsDir = temporaryDirectory();
  await (await open({ sessionsDir })).release();
  place(join(sessionsDir, 'main', 'holder.json'));
  const [listed] = await listSessions({ sessionsDir });
  expect(listed).toMatchObject({ id: 'main', isHeld: false, record: { id: 'main' } });
  expect(listed).not.toHaveProperty('holder');
});

function holder(more: object): string {
  return JSON.stringify({ host: 'here', pid: 1, since: 1, program: 'wakey', ...more });
}

it('reports a copied or renamed directory, and how to go on', async () => {
  const sessionsDir = temporaryDirectory();
  await (await open({ sessionsDir, id: 'main' })).release();
  await (await open({ sessionsDir, id: 'copy' })).release();
  writeFileSync(join(sessionsDir, 'copy', 'session.json'), record({ id: 'main' }));
  const refused = open({ sessionsDir, id: 'copy' });
  await expect(refused).rejects.toMatchObject({
    code: 'session-unreadable',
    message: expect.stringMatching(/was copied or renamed.*belongs to session "main".*wakey export main/),
    details: { session: 'copy', belongsTo: 'main' },
  });
});
