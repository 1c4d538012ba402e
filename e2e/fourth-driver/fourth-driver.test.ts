import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { driverClauses, ownerClauses } from '@wakey/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, runIn } from '../consumer/project.ts';
import { makeFolder } from '../support/folder.ts';
import { provideFirefox } from './firefox.ts';

const example = join(import.meta.dirname, '../../examples/driver-firefox');
const packed = [
  '@wakey/browser-process',
  '@wakey/bundle',
  '@wakey/client',
  '@wakey/conformance',
  '@wakey/core',
  '@wakey/host',
  '@wakey/simulator',
  '@wakey/store-filesystem',
  '@wakey/whatsapp-web',
];

describe('the example of a driver, outside the workspace and with packed packages', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let project: string;
  beforeAll(async () => {
    folder = await makeFolder();
    project = join(folder.path, 'driver-firefox');
    const tarballs = await pack(join(folder.path, 'tarballs'), packed);
    await cp(example, project, { recursive: true, filter: (path) => !path.includes('node_modules') });
    await pin(join(project, 'package.json'), tarballs);
    await runIn(project, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error');
  }, 180_000);
  afterAll(() => folder.remove());

  it('type-checks', async () => {
    await runIn(project, process.execPath, 'node_modules/typescript/bin/tsc');
  });

  it('passes every clause, and keeps sessions, under Node’s test runner', { timeout: 1_200_000 }, async (context) => {
    const firefox = await provideFirefox();
    if (firefox === undefined) {
      // The user is not root, or the system is not Debian, so the test cannot install Firefox. For root on Debian, as in CI, a
      // failed installation fails the test. The last lines of `npm test` count the skipped tests.
      return context.skip(
        'Firefox is not installed, and only root on Debian may install it. Set WAKEY_FIREFOX to the path of a Firefox.',
      );
    }
    const run = ['--test', '--test-concurrency=2', '--test-reporter=tap', 'test/*.test.ts'];
    const told = await runIn(project, 'env', `WAKEY_FIREFOX=${firefox}`, process.execPath, ...run);
    let all = driverClauses.length + ownerClauses.length;
    for (const file of ['following', 'losses', 'sessions']) {
      const tests = (await readFile(join(example, `test/${file}.test.ts`), 'utf8')).match(/^ {2}it\(/gm) ?? [];
      expect(tests).not.toEqual([]);
      all += tests.length;
    }
    expect(told).toMatch(new RegExp(`^# pass ${all}$`, 'm'));
    for (const none of ['fail', 'skipped', 'todo', 'cancelled']) expect(told).toMatch(new RegExp(`^# ${none} 0$`, 'm'));
  });
});

/** Replaces the versions of Wakey's packages in the manifest, which no registry has yet, by the paths of the tarballs. */
async function pin(manifest: string, tarballs: Readonly<Record<string, string>>): Promise<void> {
  const text = await readFile(manifest, 'utf8');
  const pinned = text.replaceAll(
    /"(@wakey\/[\w-]+)": "[^"]*"/g,
    (_, name: string) => `"${name}": "file:${tarballs[name]}"`,
  );
  const overrides = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(pinned), overrides }));
}
