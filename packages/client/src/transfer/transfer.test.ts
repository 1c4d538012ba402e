import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packBundle } from '@wakey/bundle';
import { inPieces, manifest, packed } from '@wakey/bundle/testing';
import { chromiumProfile } from '@wakey/chromium';
import { makeProfile, pageDatabase } from '@wakey/chromium/testing';
import { WakeyError } from '@wakey/core';
import { temporaryDirectory } from '@wakey/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { examineMemory } from '../examine/examine-memory.js';
import { listSessions } from '../workspace/list-sessions.js';
import { open } from '../workspace/testing/place.js';
import { exportSession } from './export-session.js';
import { type ImportSessionOptions, importSession } from './import-session.js';
import { memoryStore } from './testing/memory-store.js';

const holder = { host: 'here', pid: process.pid, since: 0, program: 'a test' };

let sessionsDir: string;
let bundle: Uint8Array;
beforeEach(async () => {
  sessionsDir = temporaryDirectory();
  bundle = await collected(packBundle(manifest, chromiumProfile.list(await makeProfile())));
});

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function imported(options: Partial<ImportSessionOptions> = {}) {
  return importSession({
    sessionsDir,
    id: 'main',
    format: chromiumProfile,
    holder,
    bytes: inPieces(bundle, 10_000),
    ...options,
  });
}

async function record() {
  return (await listSessions({ sessionsDir }))[0]?.record;
}

const at = (...names: readonly string[]) => join(sessionsDir, 'main', ...names);

describe('an import', () => {
  it('replaces the profile and records the account of the login', async () => {
    await expect(imported()).resolves.toMatchObject({ me: manifest.me });
    expect(existsSync(at('profile', pageDatabase, 'CURRENT'))).toBe(true);
    expect(await record()).toMatchObject({
      ...{ me: manifest.me, linkedAt: manifest.linkedAt, driver: 'puppeteer', browser: manifest.browser },
      generation: 0,
    });
    expect(readdirSync(at())).not.toContain('scratch');
  });

  it('writes a backup to the store under a lease of its own, and records the profile as not older than that backup', async () => {
    const kept = memoryStore();
    await expect(imported({ store: kept.store })).resolves.toMatchObject({ generation: 1 });
    expect(kept.kept[0]).toMatchObject({ fence: 1, metadata: { fence: '1', kind: 'profile' } });
    expect(await record()).toMatchObject({ generation: 1, fence: 1 });
    expect(kept.holder).toBeUndefined();
  });

  it('records the address at which the login was linked, also in the store, and exports it again', async () => {
    const origin = 'https://web.whatsapp.com';
    bundle = await collected(packBundle({ ...manifest, origin }, chromiumProfile.list(await makeProfile())));
    const kept = memoryStore();
    await imported({ store: kept.store });
    expect(await record()).toMatchObject({ origin });
    expect(kept.kept[0]?.metadata).toMatchObject({ origin });
    const again = await exportSession({ sessionsDir, id: 'main', format: chromiumProfile, holder });
    await again.close();
    expect(again.manifest).toMatchObject({ origin });
  });

  it('of a bundle without the address of its link removes the address of the former login from the record', async () => {
    const former = packBundle(
      { ...manifest, origin: 'https://web.whatsapp.com' },
      chromiumProfile.list(await makeProfile()),
    );
    await imported({ bytes: former });
    await imported({ replace: true });
    expect(await record()).not.toHaveProperty('origin');
  });

  it('leaves no session and releases the lease when the store refuses the backup', async () => {
    const kept = memoryStore();
    kept.fail = new WakeyError('store-unwritable', { what: 'It is full.', hint: 'Make room.' });
    await expect(imported({ store: kept.store })).rejects.toMatchObject({ code: 'store-unwritable' });
    expect([await listSessions({ sessionsDir }), kept.holder]).toEqual([[], undefined]);
  });

  it('leaves the existing login in place when the store refuses the backup of the new one', async () => {
    await imported();
    const before = await record();
    const kept = memoryStore();
    kept.fail = new Error('no');
    await expect(imported({ store: kept.store, replace: true })).rejects.toThrow('no');
    expect(await record()).toEqual(before);
    expect(existsSync(at('profile', pageDatabase, 'CURRENT'))).toBe(true);
    expect(existsSync(at('quarantine'))).toBe(false);
  });

  it('is refused if only the store has a login of that session', async () => {
    const kept = memoryStore();
    await imported({ store: kept.store });
    const elsewhere = temporaryDirectory();
    await expect(imported({ store: kept.store, sessionsDir: elsewhere })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    expect(await listSessions({ sessionsDir: elsewhere })).toEqual([]);
  });

  it('is refused while another process holds the lease or the directory', async () => {
    const kept = memoryStore();
    kept.holder = holder;
    await expect(imported({ store: kept.store })).rejects.toMatchObject({ code: 'session-in-use' });
    const workspace = await open({ sessionsDir });
    await expect(imported()).rejects.toMatchObject({ code: 'session-in-use' });
    await workspace.release();
  });

  it.each([
    ['a snapshot', { kind: 'snapshot' as const }, 'bundle-unsupported', 'no browser profile'],
    ['no page’s data', {}, 'bundle-damaged', 'so no login'],
  ])('of %s is refused and creates no session', async (_, change, code, words) => {
    const empty = await collected(packBundle({ ...manifest, ...change }, []));
    await expect(imported({ bytes: inPieces(empty) })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    expect(await listSessions({ sessionsDir })).toEqual([]);
  });

  it('of a damaged profile in an undamaged bundle is refused', async () => {
    const profile = await makeProfile();
    writeFileSync(join(profile, pageDatabase, 'CURRENT'), 'MANIFEST-999999\n');
    const damaged = await collected(packBundle(manifest, chromiumProfile.list(profile)));
    await expect(imported({ bytes: inPieces(damaged) })).rejects.toMatchObject({ code: 'bundle-damaged' });
    expect(await listSessions({ sessionsDir })).toEqual([]);
  });
});

describe('an export', () => {
  async function exported(options: Partial<Parameters<typeof exportSession>[0]> = {}) {
    const given = await exportSession({ sessionsDir, id: 'main', format: chromiumProfile, holder, ...options });
    try {
      return { ...given, all: await collected(given.bytes) };
    } finally {
      await given.close();
    }
  }

  it('of a session that is not running can be imported under another name', async () => {
    await imported();
    const { from, all } = await exported();
    expect(from).toBe('profile');
    await expect(imported({ id: 'other', bytes: inPieces(all, 10_000) })).resolves.toMatchObject({ me: manifest.me });
  });

  it('of the backup that a logout left in quarantine needs its own option, and leaves the backup there', async () => {
    const kept = memoryStore();
    await imported();
    await expect(exported({ store: kept.store, fromQuarantine: true })).rejects.toThrow('No backup of session "main"');
    const { all } = await exported();
    const aside = { bytes: Buffer.from(all), metadata: {}, generation: 7, fence: 1, until: Number.MAX_SAFE_INTEGER };
    kept.aside = aside;
    const given = await exported({ store: kept.store, fromQuarantine: true });
    expect(given).toMatchObject({ from: 'quarantine', generation: 7, manifest: { me: manifest.me } });
    expect(aside.bytes.equals(given.all)).toBe(true);
    expect(kept.aside).toBe(aside);
    expect((await exported({ store: kept.store })).from).toBe('profile');
  });

  it('holds the session until it is closed', async () => {
    await imported();
    const given = await exportSession({ sessionsDir, id: 'main', format: chromiumProfile, holder });
    await expect(open({ sessionsDir })).rejects.toMatchObject({ code: 'session-in-use' });
    await given.close();
    await given.close();
    await (await open({ sessionsDir })).release();
  });

  it('comes from the store if another machine holds the lease, or if the store has a newer backup', async () => {
    const kept = memoryStore();
    await imported({ store: kept.store });
    kept.holder = holder;
    await expect(exported({ store: kept.store })).resolves.toMatchObject({
      from: 'store',
      generation: 1,
      why: 'in-use',
    });
    kept.holder = undefined;
    const metadata = { ...kept.kept[0]?.metadata, fence: '9' };
    kept.kept.push({ bytes: Buffer.from(bundle), metadata, generation: 2, fence: 9 });
    await expect(exported({ store: kept.store })).resolves.toMatchObject({
      ...{ from: 'store', generation: 2, why: 'profile-not-newest' },
    });
  });

  it('skips a backup that is damaged inside, and reports its number', async () => {
    const kept = memoryStore();
    await imported({ store: kept.store });
    kept.kept.push({ bytes: Buffer.from(await packed([])).subarray(0, 50), metadata: {}, generation: 2, fence: 2 });
    const workspace = await open({ sessionsDir });
    await expect(exported({ store: kept.store })).resolves.toMatchObject({ generation: 1, damaged: [2] });
    kept.kept.shift();
    await expect(exported({ store: kept.store })).rejects.toMatchObject({ code: 'bundle-damaged' });
    kept.kept.shift();
    await expect(exported({ store: kept.store })).rejects.toMatchObject({
      code: 'session-in-use',
      message: expect.stringContaining('has no backup that could be exported'),
    });
    await workspace.release();
  });

  it('of a session with a damaged profile and no backup is refused and releases the session', async () => {
    await imported();
    writeFileSync(at('profile', pageDatabase, 'CURRENT'), 'MANIFEST-999999\n');
    await expect(exported()).rejects.toMatchObject({ code: 'invalid-argument' });
    await (await open({ sessionsDir })).release();
    await expect(exported({ id: 'nobody' })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect((await listSessions({ sessionsDir })).map(({ id }) => id)).toEqual(['main']);
  });

  it('that is aborted releases the session', async () => {
    await imported();
    const abort = new AbortController();
    const given = await exportSession({
      sessionsDir,
      id: 'main',
      format: chromiumProfile,
      holder,
      signal: abort.signal,
    });
    abort.abort();
    await expect(collected(given.bytes)).rejects.toMatchObject({ code: 'aborted' });
    await given.close();
    await (await open({ sessionsDir })).release();
  });
});

describe('a login that is replaced', () => {
  it('goes to quarantine on the disk, or to a backup of its own if the profile is in memory', async () => {
    await imported();
    const { quarantine = '' } = await imported({ replace: true });
    expect(existsSync(join(quarantine, pageDatabase, 'CURRENT'))).toBe(true);
    if (!(await examineMemory()).isFit) return;
    const kept = memoryStore({ isEncrypted: true });
    await expect(imported({ replace: true, store: kept.store })).resolves.toMatchObject({
      ...{ generation: 2, formerGeneration: 1 },
    });
    expect(readdirSync(at('profile'))).toEqual([]);
  });
});
