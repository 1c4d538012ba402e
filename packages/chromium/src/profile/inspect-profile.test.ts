import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inspectProfile } from './inspect-profile.js';
import { listProfile } from './list-profile.js';
import { all, makeDirectory, makeProfile, openLevel, pageDatabase } from './testing/profile.js';

it('reports an empty or absent directory as empty', async () => {
  const profile = await makeDirectory();
  expect(await inspectProfile(profile)).toEqual({ is: 'empty' });
  expect(await inspectProfile(join(profile, 'absent'))).toEqual({ is: 'empty' });
});

it('reports a profile without a database of the page as empty', async () => {
  const profile = await makeProfile();
  await rm(join(profile, 'Default/IndexedDB'), { recursive: true });
  expect(await inspectProfile(profile)).toEqual({ is: 'empty' });
});

it('reports a whole profile as intact', async () => {
  expect(await inspectProfile(await makeProfile())).toEqual({ is: 'intact' });
});

it('accepts a database whose browser was killed while it created the database', async () => {
  const profile = await makeProfile();
  const directory = join(profile, 'Default/Local Storage/leveldb');
  await rm(directory, { recursive: true });
  await mkdir(directory);
  await writeFile(join(directory, 'MANIFEST-000001'), '');
  await writeFile(join(directory, 'LOCK'), '');
  expect(await inspectProfile(profile)).toEqual({ is: 'intact' });
});

it('accepts a log that is cut off anywhere, as a killed browser leaves it', async () => {
  const profile = await makeProfile();
  const log = join(profile, pageDatabase, (await namesIn(profile, '.log'))[0] ?? '');
  for (let size = (await readFile(log)).length - 1; size >= 0; size -= 997) {
    await truncate(log, size);
    expect(await inspectProfile(profile)).toEqual({ is: 'intact' });
  }
});

it('reports each missing file that the manifest of a database names', async () => {
  const profile = await makeProfile();
  for (const name of await namesIn(profile, '')) {
    if (['LOCK', 'LOG', 'LOG.old'].includes(name)) continue;
    const copy = await copyOf(profile);
    await rm(join(copy, pageDatabase, name));
    expect(await inspectProfile(copy), name).toMatchObject({ is: 'damaged', why: expect.stringContaining('missing') });
  }
});

it('reports a table that is cut off', async () => {
  const profile = await makeProfile();
  const [table = ''] = await namesIn(profile, '.ldb');
  await truncate(join(profile, pageDatabase, table), 100);
  expect(await inspectProfile(profile)).toMatchObject({ is: 'damaged', why: expect.stringContaining(table) });
});

it.each(['.log', 'MANIFEST'])('reports a flipped bit in a record of a %s', async (kind) => {
  const profile = await makeProfile();
  const [name = ''] = (await namesIn(profile, '')).filter((each) => each.includes(kind));
  const path = join(profile, pageDatabase, name);
  const bytes = await readFile(path);
  bytes[20] = (bytes[20] ?? 0) ^ 4;
  await writeFile(path, bytes);
  expect(await inspectProfile(profile)).toMatchObject({ is: 'damaged', why: expect.stringContaining('checksum') });
});

it('reports changes that are missing between two logs, or before the first, and accepts a log without its last changes', async () => {
  const profile = await makeProfile();
  const { logs, records } = await splitLog(profile);
  const [older = '', newer = ''] = logs;
  expect(await inspectProfile(profile)).toEqual({ is: 'intact' });
  const end = (count: number) => records.slice(0, count).reduce((sum, record) => sum + record.length, 0);
  await truncate(newer, 5);
  expect(await inspectProfile(profile)).toEqual({ is: 'intact' });

  await writeFile(newer, Buffer.concat(records.slice(10)));
  for (const size of [end(7), end(7) + 5, 0]) {
    await truncate(older, size);
    const missing = size === 0 ? 'the changes 1 to 10 are missing' : 'the changes 8 to 10 are missing';
    expect(await inspectProfile(profile)).toEqual({
      is: 'damaged',
      why: `${pageDatabase}: ${basename(newer)}: ${missing}`,
    });
    await writeFile(older, Buffer.concat(records.slice(0, 10)));
  }
  await writeFile(newer, Buffer.concat(records.slice(9)));
  expect(await inspectProfile(profile)).toMatchObject({
    why: expect.stringContaining('change 10 comes after change 10'),
  });
});

it('reports a file CURRENT that names no manifest, or a path outside the database', async () => {
  const profile = await makeProfile();
  for (const text of ['', 'MANIFEST-9', '../../Local State\n']) {
    await writeFile(join(profile, pageDatabase, 'CURRENT'), text);
    expect(await inspectProfile(profile)).toMatchObject({ is: 'damaged' });
  }
});

it('reports a file of cookies that is not a database, or is cut off', async () => {
  const profile = await makeProfile();
  await truncate(join(profile, 'Default/Cookies'), 4_096);
  expect(await inspectProfile(profile)).toEqual({ is: 'damaged', why: 'Default/Cookies is cut off' });
  await writeFile(join(profile, 'Default/Cookies'), 'nothing of the kind');
  expect(await inspectProfile(profile)).toEqual({ is: 'damaged', why: 'Default/Cookies is not an SQLite database' });
});

it('accepts a database of cookies with an unfinished change, which SQLite undoes', async () => {
  const profile = await makeProfile();
  await truncate(join(profile, 'Default/Cookies'), 4_096);
  await writeFile(join(profile, 'Default/Cookies-journal'), 'what SQLite puts back');
  expect(await inspectProfile(profile)).toEqual({ is: 'intact' });
});

it('does not follow a link, and does not wait for a pipe', async () => {
  for (const make of [
    (path: string) => symlink('/dev/zero', path),
    async (path: string) => void execFileSync('mkfifo', [path]),
  ]) {
    const profile = await makeProfile();
    await rm(join(profile, pageDatabase, 'CURRENT'));
    await make(join(profile, pageDatabase, 'CURRENT'));
    expect(await inspectProfile(profile)).toMatchObject({ is: 'damaged' });
  }
});

it('returns a result for any content of the files, and changes none of them', async () => {
  const profile = await makeProfile();
  const files = (await all(listProfile(profile))).map(({ path }) => path);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.uint8Array({ maxLength: 400 }), fc.nat(), async (path, junk, at) => {
      const was = await readFile(join(profile, path));
      const bytes = Buffer.from(was);
      bytes.set(junk.subarray(0, bytes.length), at % Math.max(1, bytes.length - junk.length));
      await writeFile(join(profile, path), bytes);
      expect(['intact', 'damaged', 'empty']).toContain((await inspectProfile(profile)).is);
      expect(await readFile(join(profile, path))).toEqual(bytes);
      await writeFile(join(profile, path), was);
    }),
    { numRuns: 100, seed: 5 },
  );
});

/** A database of the page that keeps 20 changes in two logs, 10 in each; with the record of each change. */
async function splitLog(profile: string) {
  const directory = join(profile, pageDatabase);
  await rm(directory, { recursive: true });
  const level = await openLevel(directory);
  for (let change = 1; change <= 20; change += 1) await level.put(`row-${change}`, 'value');
  await level.close();
  const [log = ''] = await namesIn(profile, '.log');
  const bytes = await readFile(join(directory, log));
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += records.at(-1)?.length ?? 0) {
    records.push(bytes.subarray(at, at + 7 + bytes.readUInt16LE(at + 4)));
  }
  const logs = [join(directory, log), join(directory, '009999.log')];
  for (const [index, path] of logs.entries()) {
    await writeFile(path, Buffer.concat(records.slice(index * 10, index * 10 + 10)));
  }
  return { logs, records };
}

async function namesIn(profile: string, ending: string): Promise<readonly string[]> {
  return (await readdir(join(profile, pageDatabase))).filter((name) => name.endsWith(ending)).sort();
}

async function copyOf(profile: string): Promise<string> {
  const copy = await makeDirectory();
  await cp(profile, copy, { recursive: true });
  return copy;
}
