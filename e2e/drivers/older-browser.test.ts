import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { linkSession, type Rig, reach, startRig } from '../support/rig.ts';

describe.each(['puppeteer', 'playwright'] as const)(
  'a session whose profile a later browser wrote, on %s,',
  (driver) => {
    let rig: Rig<typeof driver>;
    beforeEach(async () => {
      rig = await startRig({ driver });
    });
    afterEach(async () => {
      await rig.close();
      expect(processesNaming(rig.sessionsDir)).toEqual([]);
    });

    it('ends as browser-older without a change to the profile, and resumes with its own browser', async () => {
      await (await linkSession(rig)).stop();
      const record = await recordIn(rig.sessionsDir);
      const written = await readFile(record, 'utf8');
      const later = { ...JSON.parse(written), browser: { product: 'Chrome', version: '999.0.1.2' } };
      await writeFile(record, JSON.stringify(later));
      const profile = join(record, '..', 'profile');
      const before = await contentsOf(profile);
      expect(before.length).toBeGreaterThan(20);

      const refused = rig.session();
      await expect(refused.start()).rejects.toMatchObject({ code: 'browser-older' });
      const { reason, detail } = await reach(refused, 'ended');
      expect(reason).toBe('browser-older');
      expect(detail).toMatch(/ \d+\.\d+\.\d+\.\d+;.*Chrome 999\.0\.1\.2/);
      await refused.stop();
      expect(await contentsOf(profile)).toEqual(before);

      await writeFile(record, written);
      const resumed = rig.session();
      await resumed.start();
      await resumed.ready();
      expect(rig.simulator.phone.devices()).toHaveLength(1);
    });
  },
);

async function recordIn(sessionsDir: string): Promise<string> {
  const names = await readdir(sessionsDir, { recursive: true });
  const found = names.filter((name) => /(^|\/)session\.json$/.test(name));
  expect(found).toHaveLength(1);
  return join(sessionsDir, found[0] ?? '');
}

/** Every file and directory, with the time of its last change and a hash. Leaves out modes, because the client tightens them. */
async function contentsOf(directory: string): Promise<readonly string[]> {
  const names = ['', ...(await readdir(directory, { recursive: true })).sort()];
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const found = await stat(path);
      const hash = found.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : '';
      return [name, found.mtimeMs, hash].join(' ');
    }),
  );
}
