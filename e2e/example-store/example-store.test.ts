import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, pack, runIn, typeCheck } from '../consumer/project.ts';
import { makeFolder } from '../support/folder.ts';

const example = join(import.meta.dirname, '../../examples/store-unstorage');
const ours = ['@wakey/core', '@wakey/conformance'];

describe('the example of a store, outside the workspace and with packed packages', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let project: string;
  beforeAll(async () => {
    folder = await makeFolder();
    project = join(folder.path, 'store-unstorage');
    const manifest = JSON.parse(await readFile(join(example, 'package.json'), 'utf8'));
    await install(project, await pack(join(folder.path, 'tarballs'), ours), {
      unstorage: manifest.dependencies.unstorage,
    });
    for (const part of ['src', 'test']) await cp(join(example, part), join(project, part), { recursive: true });
  }, 120_000);
  afterAll(() => folder.remove());

  it('type-checks against the packed packages', async () => {
    await typeCheck(project, 'test/unstorage-store.test.ts');
  });

  it('passes every clause whose capability it has, and each clause notices its saboteur', async () => {
    const printed = await runIn(
      project,
      process.execPath,
      '--test',
      '--test-reporter=tap',
      'test/unstorage-store.test.ts',
    );
    const count = (word: string) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(printed)?.[1]);
    expect({ fail: count('fail'), skipped: count('skipped'), cancelled: count('cancelled') }).toEqual({
      fail: 0,
      skipped: 0,
      cancelled: 0,
    });
    expect(count('pass')).toBeGreaterThan(150);
  }, 600_000);
});
