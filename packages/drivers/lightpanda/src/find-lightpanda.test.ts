import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findLightpanda } from './find-lightpanda.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakey-lightpanda-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function program(path: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

it('prefers the named binary, then the newest downloaded one, then that of @lightpanda/browser, then PATH', async () => {
  const [named, onPath] = [await program('named'), await program('bin/lightpanda')];
  const env = { HOME: folder, PATH: dirname(onPath) };
  expect(await findLightpanda({ env })).toBe(onPath);
  const ofPackage = await program('.cache/lightpanda-node/lightpanda');
  expect(await findLightpanda({ env })).toBe(ofPackage);
  await program('.cache/wakey/lightpanda/0.4.1.post1/lightpanda');
  const newest = await program('.cache/wakey/lightpanda/1.0.10/lightpanda');
  await program('.cache/wakey/lightpanda/1.0.9.post2/lightpanda');
  expect(await findLightpanda({ env })).toBe(newest);
  expect(await findLightpanda({ env: { ...env, LIGHTPANDA_EXECUTABLE_PATH: named } })).toBe(named);
  expect(await findLightpanda({ executable: onPath, env })).toBe(onPath);
});

it('looks for downloads in XDG_CACHE_HOME if it is an absolute path, and else in HOME', async () => {
  const [xdg, home] = [
    await program('xdg/wakey/lightpanda/1.0.2/lightpanda'),
    await program('.cache/wakey/lightpanda/1.0.1/lightpanda'),
  ];
  expect(await findLightpanda({ env: { HOME: folder, XDG_CACHE_HOME: join(folder, 'xdg') } })).toBe(xdg);
  expect(await findLightpanda({ env: { HOME: folder, XDG_CACHE_HOME: 'xdg' } })).toBe(home);
});

it('does not take an unfinished download, or a version whose binary may not be run', async () => {
  await program('.cache/wakey/lightpanda/.partial-1/lightpanda');
  await mkdir(join(folder, '.cache/wakey/lightpanda/1.0.1'), { recursive: true });
  await chmod(await program('.cache/wakey/lightpanda/1.0.2/lightpanda'), 0o644);
  await expect(findLightpanda({ env: { HOME: folder } })).rejects.toMatchObject({ code: 'browser-unavailable' });
});

it('names every place that it searched and the command that installs Lightpanda', async () => {
  const looking = findLightpanda({ env: { HOME: folder, PATH: '/nowhere/bin' } });
  await expect(looking).rejects.toMatchObject({ code: 'browser-unavailable' });
  for (const words of [
    join(folder, '.cache/wakey/lightpanda/*/lightpanda'),
    join(folder, '.cache/lightpanda-node/lightpanda'),
    '/nowhere/bin/lightpanda',
    'npx wakey browser install lightpanda',
  ])
    await expect(looking).rejects.toThrow(words);
});
