import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realFiles } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { store, streamOf, textOf } from './testing/open-store.js';
import { flipBit } from './testing/under-test.js';

const write = (fence: number, metadata: Record<string, string> = {}) => ({ fence, metadata });

const damages: readonly (readonly [string, (shelf: string) => void])[] = [
  ['one bit of its bytes flipped', (shelf) => flipBit(join(shelf, '2.bundle'), 3)],
  ['its bytes cut off', (shelf) => truncateSync(join(shelf, '2.bundle'), 4)],
  ['bytes added', (shelf) => writeFileSync(join(shelf, '2.bundle'), 'more', { flag: 'a' })],
  ['its bytes missing', (shelf) => rmSync(join(shelf, '2.bundle'))],
  ['a directory for bytes', (shelf) => replaceByDirectory(join(shelf, '2.bundle'))],
  ['its label cut off', (shelf) => truncateSync(join(shelf, '2.json'), 20)],
  ['an empty label', (shelf) => writeFileSync(join(shelf, '2.json'), '')],
  [
    'the label of another generation',
    (shelf) => writeFileSync(join(shelf, '2.json'), readFileSync(join(shelf, '1.json'))),
  ],
];

it.each(damages)('skips the newest generation and warns when it has this damage: %s', async (_, damage) => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the first'), write(1));
  await kept.write('main', streamOf('the second'), write(1));
  damage(join(directory, 'main', 'bundles'));
  const bundle = await kept.read('main');
  expect([bundle?.generation, await textOf(bundle)]).toEqual([1, 'the first']);
  expect(kept.warnings).toMatchObject([{ code: 'store-unreadable' }]);
  expect(await kept.list()).toEqual(['main']);
});

it.each(damages)('throws, and does not look empty, when the only generation has this damage: %s', async (_, damage) => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the first'), write(1));
  await kept.write('main', streamOf('the second'), write(1));
  for (const name of ['1.bundle', '1.json'])
    renameSync(join(directory, 'main', 'bundles', name), join(directory, name));
  if (!damage.toString().includes('1.json')) damage(join(directory, 'main', 'bundles'));
  else writeFileSync(join(directory, 'main', 'bundles', '2.json'), readFileSync(join(directory, '1.json')));
  await expect(kept.read('main')).rejects.toMatchObject({ code: 'store-unreadable' });
  expect(await kept.list()).toEqual(['main']);
});

it('notices each flipped bit in the label of the newest generation, and returns the older generation', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the first'), write(1, { fence: '1' }));
  await kept.write('main', streamOf('the second'), write(1, { fence: '2' }));
  const label = join(directory, 'main', 'bundles', '2.json');
  const unseen: string[] = [];
  for (const [at, character] of [...readFileSync(label, 'utf8')].entries()) {
    flipBit(label, at);
    const found = await kept.read('main');
    if (found?.generation === 2) unseen.push(character);
    else expect(kept.warnings.at(-1)?.message).toContain('2.json');
    flipBit(label, at);
  }
  // A flipped bit in the word "checksum" hides the checksum, and the label is then valid without one. White space does
  // not count.
  expect(unseen.join('').trim()).toBe('checksum');
});

it('reads a label from before labels had a checksum', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the first'), write(1, { a: 'b' }));
  const label = join(directory, 'main', 'bundles', '1.json');
  const { checksum: _, ...former } = JSON.parse(readFileSync(label, 'utf8'));
  writeFileSync(label, JSON.stringify(former));
  expect(await kept.read('main')).toMatchObject({ generation: 1, metadata: { a: 'b' } });
  expect(kept.warnings).toEqual([]);
});

it('notices bytes that are damaged after the check and before the caller reads them', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('main', streamOf('the bytes'), write(1));
  const bundle = await kept.read('main');
  flipBit(join(directory, 'main', 'bundles', '1.bundle'), 0);
  await expect(textOf(bundle)).rejects.toMatchObject({ code: 'store-unreadable' });
});

it('throws instead of returning an older generation when the disk cannot read the newest', async () => {
  const directory = temporaryDirectory();
  await store(directory).write('main', streamOf('one'), write(1));
  await store(directory).write('main', streamOf('two'), write(1));
  const open = (...args: Parameters<typeof realFiles.open>) =>
    String(args[0]).endsWith('2.bundle')
      ? Promise.reject(Object.assign(new Error('io'), { code: 'EIO' }))
      : realFiles.open(...args);
  const kept = store(directory, { files: { ...realFiles, open } });
  await expect(kept.read('main')).rejects.toMatchObject({ code: 'store-unreadable', details: { errno: 'EIO' } });
});

it('throws instead of listing only some of the sessions', async () => {
  const directory = temporaryDirectory();
  const kept = store(directory);
  await kept.write('good', streamOf('x'), write(1));
  mkdirSync(join(directory, 'bad'));
  writeFileSync(join(directory, 'bad', 'bundles'), '');
  await expect(kept.list()).rejects.toMatchObject({ code: 'store-unreadable' });
  await expect(store(join(directory, 'good', 'bundles', '1.json')).list()).rejects.toMatchObject({
    code: 'store-unreadable',
  });
});

it('refuses a session id that differs only in case from another when the disk gives both the same directory', async () => {
  const directory = temporaryDirectory();
  await store(directory).write('Main', streamOf('private'), write(1));
  // The link makes this disk behave like one that does not tell upper from lower case.
  symlinkSync('Main', join(directory, 'main'));
  await expect(store(directory).read('main')).rejects.toThrow('"main" would have the directory of session "Main"');
});

function replaceByDirectory(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
