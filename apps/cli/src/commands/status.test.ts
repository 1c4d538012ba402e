import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../testing/run.js';

const record = {
  version: 1,
  id: 'main',
  createdAt: 0,
  generation: 0,
  setAside: { generation: 8, until: 604_800_000 },
  restrictions: { timeLock: { kind: 'DEFAULT', until: 604_800_000 }, messageCapping: { status: 'capped' } },
};

/** The output of a command for a session with this record, in one line. */
async function said(known: object, words: readonly string[]): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'wakey-status-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const main = join(cwd, '.wakey-sessions', 'main');
  mkdirSync(main, { recursive: true, mode: 0o700 });
  writeFileSync(join(main, 'session.json'), JSON.stringify(known), { mode: 0o600 });
  const { out } = await run(cwd, words);
  return out.replaceAll(/\s+/g, ' ');
}

it.each([
  [['status'], 'backup 8 is in quarantine until 1970-01-08T00:00:00.000Z'],
  [['status', '--json'], '"setAside":{"generation":8,"until":"1970-01-08T00:00:00.000Z"}'],
  [['doctor', 'main'], 'backup 8 stays in quarantine until 1970-01-08T00:00:00.000Z'],
  [['status'], 'restricted: may write only to people who wrote first until 1970-01-08T00:00:00.000Z'],
  [['status'], 'restricted: no more new chats'],
  [['status', '--json'], '"timeLock":{"kind":"DEFAULT","until":"1970-01-08T00:00:00.000Z"}'],
])('wakey %s shows what the record says: %s', async (words, text) => {
  expect(await said(record, words)).toContain(text);
});

it.each([
  [['status'], 'not linked: the profile held no login at 1970-01-08T00:00:00.000Z; the next start shows a code'],
  [['status', '--json'], '"isLinked":false'],
  [['status', '--json'], '"lostAt":"1970-01-08T00:00:00.000Z"'],
  [['doctor', 'main'], 'The profile held no login at 1970-01-08T00:00:00.000Z. The next start shows a code.'],
])('wakey %s reports a session with a lost login as not linked: %s', async (words, text) => {
  const lost = { ...record, linkedAt: 1, me: '447700900000@c.us', lostAt: 604_800_000 };
  expect(await said(lost, words)).toContain(text);
});
