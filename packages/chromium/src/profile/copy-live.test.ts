import { existsSync } from 'node:fs';
import { appendFile, lstat, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@wakey/host';
import { ClassicLevel } from 'classic-level';
import { expect, it } from 'vitest';
import { copyLiveProfile } from './copy-live.js';
import { inspectProfile } from './inspect-profile.js';
import { listProfile } from './list-profile.js';
import { all, makeDirectory, makeProfile, openLevel, pageDatabase, writeRound } from './testing/profile.js';

it('copies the files of a profile that belong in a backup, and nothing else', async () => {
  const profile = await makeProfile();
  const copy = await copyOf(profile);
  expect(await contentsOf(copy)).toEqual(await contentsOf(profile));
  expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
  expect(await readdir(copy)).not.toContain('Default/Preferences');
});

// On a machine without memory-backed storage, source and target are on one disk; the other tests cover that case.
it('copies to another disk, where tables cannot have a second name', async () => {
  const profile = await makeProfile();
  const into = await makeDirectory(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  await copyLiveProfile(profile, into, { clock: systemClock });
  expect(await contentsOf(into)).toEqual(await contentsOf(profile));
});

it('copies a state that a database had during the copy, with all rows that were written before', async () => {
  const profile = await makeProfile();
  // With a quarter of a browser's buffer size, LevelDB begins a new log every few dozen rounds. With a still smaller
  // buffer, new logs would come so often that no copy could finish between two of them.
  const level = await openLevel(join(profile, pageDatabase), 1024 ** 2);
  let round = 40;
  let isOver = false;
  const writing = (async () => {
    for (; !isOver; round += 1) await writeRound(level, round);
  })();
  for (let turn = 0; turn < 15; turn += 1) {
    const written = round - 1;
    const copy = await copyOf(profile);
    expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
    const copied = new ClassicLevel(join(copy, pageDatabase), { createIfMissing: false });
    await copied.open();
    const [first, last] = await copied.getMany(['a-first', 'z-last']);
    expect(first).toBe(last);
    expect(Number(first)).toBeGreaterThanOrEqual(written);
    expect(await copied.keys({ gte: 'row-', lt: 'row.' }).all()).toHaveLength(64);
    await copied.close();
  }
  isOver = true;
  await writing;
  await level.close();
});

it('copies a state that an SQLite database had during the copy', async () => {
  const profile = await makeProfile();
  const path = join(profile, 'Default/Cookies');
  const writer = new DatabaseSync(path);
  writer.exec('CREATE TABLE ends (first, last); INSERT INTO ends VALUES (0, 0)');
  writer.exec("CREATE TABLE filling (bytes); INSERT INTO filling SELECT zeroblob(40000) FROM json_each('[1,2,3]')");
  let turn = 0;
  const pulse = () => {
    turn += 1;
    writer.exec(`BEGIN; UPDATE ends SET first = ${turn}; UPDATE filling SET bytes = randomblob(40000);`);
    writer.exec(`UPDATE ends SET last = ${turn}; COMMIT`);
    // Stop writing now and then, for as long as a busy machine may need to read the files twice.
    timer = setTimeout(pulse, (turn % 4) * 50);
  };
  let timer = setTimeout(pulse);
  for (let copies = 0; copies < 10; copies += 1) {
    const copied = new DatabaseSync(join(await copyOf(profile), 'Default/Cookies'));
    expect(copied.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(copied.prepare('SELECT first = last AS isWhole FROM ends').get()).toEqual({ isWhole: 1 });
    copied.close();
  }
  clearTimeout(timer);
  writer.close();
});

it('copies an unfinished change of SQLite together with the journal that undoes it', async () => {
  const profile = await makeProfile();
  const path = join(profile, 'Default/Cookies');
  const writer = new DatabaseSync(path);
  writer.exec("INSERT INTO cookies VALUES ('kept', 1); PRAGMA cache_size = 1; PRAGMA cache_spill = 1");
  writer.exec("BEGIN; INSERT INTO cookies SELECT 'undone', zeroblob(9000) FROM json_each('[1,2,3,4,5,6,7,8]')");
  const copied = new DatabaseSync(join(await copyOf(profile), 'Default/Cookies'));
  expect(copied.prepare('SELECT name FROM cookies').all()).toEqual([{ name: 'kept' }]);
  copied.close();
  writer.close();
});

it('leaves out an unfinished record, so that later records can be read', async () => {
  const profile = await makeProfile();
  const directory = join(profile, pageDatabase);
  const log =
    (await readdir(directory))
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1) ?? '';
  const whole = await readFile(join(directory, log));
  await writeFile(join(directory, log), Buffer.concat([whole, Buffer.from('0102030440000141', 'hex')]));
  expect(await readFile(join(await copyOf(profile), pageDatabase, log))).toEqual(whole);
});

it('creates files that only their owner can read', async () => {
  const profile = await makeProfile();
  const copy = await copyOf(profile);
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    const { mode } = await lstat(join(entry.parentPath, entry.name));
    expect(mode & 0o777, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
  }
});

it('tries again until the time is up, and names the file that kept changing', async () => {
  const profile = await makeProfile();
  await rm(join(profile, pageDatabase, 'CURRENT'));
  await expect(copyOf(profile, { clock: hurriedClock() })).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining(pageDatabase),
  });
});

it('reports damage in a log at the second reading that finds it, but waits while the log changes', async () => {
  const profile = await makeProfile();
  const [name = ''] = (await readdir(join(profile, pageDatabase))).filter((each) => each.endsWith('.log'));
  const log = join(profile, pageDatabase, name);
  const bytes = await readFile(log);
  bytes.writeUInt8(bytes.readUInt8(100) ^ 0xff, 100);
  await writeFile(log, bytes);
  let waits = 0;
  const clock = hurriedClock(async () => {
    waits += 1;
    if (waits < 4) await appendFile(log, 'x');
  });
  await expect(copyOf(profile, { clock })).rejects.toMatchObject({
    code: 'session-unreadable',
    message: expect.stringContaining(name),
  });
  expect(waits).toBe(4);
});

it('succeeds once a missing file of a database exists again', async () => {
  const profile = await makeProfile();
  const current = join(profile, pageDatabase, 'CURRENT');
  const was = await readFile(current);
  await rm(current);
  const copy = await copyOf(profile, { clock: hurriedClock(() => writeFile(current, was)) });
  expect(await inspectProfile(copy)).toEqual({ is: 'intact' });
});

it('stops on abort, also while it waits', async () => {
  const profile = await makeProfile();
  await rm(join(profile, pageDatabase, 'CURRENT'));
  const abort = new AbortController();
  const clock = {
    now: () => 0,
    set() {
      abort.abort();
      return () => undefined;
    },
  };
  await expect(copyOf(profile, { clock, signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' });
  await expect(copyOf(profile, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
});

it('refuses a target directory that is not empty, and a symbolic link among the files of a backup', async () => {
  const profile = await makeProfile();
  await expect(copyLiveProfile(profile, profile, { clock: systemClock })).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  await symlink('/etc/passwd', join(profile, 'Default/IndexedDB/linked'));
  await expect(copyOf(profile)).rejects.toMatchObject({ code: 'session-unreadable' });
});

async function copyOf(profile: string, options: Partial<Parameters<typeof copyLiveProfile>[2]> = {}): Promise<string> {
  const into = await makeDirectory();
  await copyLiveProfile(profile, into, { clock: systemClock, ...options });
  return into;
}

/** A clock that ends every pause at once and then shows a time that is one second later. */
function hurriedClock(meanwhile: () => Promise<void> = async () => undefined) {
  let now = 0;
  return {
    now: () => now,
    set(_: number, ring: () => void) {
      now += 1_000;
      void meanwhile().then(ring);
      return () => undefined;
    },
  };
}

async function contentsOf(profile: string): Promise<ReadonlyMap<string, string>> {
  const files = await all(listProfile(profile));
  const contents = files.map(
    async ({ path, open }) => [path, Buffer.concat(await all(open())).toString('hex')] as const,
  );
  return new Map(await Promise.all(contents));
}
