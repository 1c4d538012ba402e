import { type Files, realFiles } from '@wakey/host';
import { expect, it } from 'vitest';
import { singletonLockIn } from './singleton-lock.js';

it('reads the lock of one profile although the file system of another does not answer', async () => {
  const readlink = (path: string) =>
    path.startsWith('/dead') ? new Promise(() => undefined) : Promise.resolve('box-7');
  const lock = singletonLockIn({ ...realFiles, readlink } as unknown as Files, 20);
  await expect(lock.read('/dead')).rejects.toMatchObject({ code: 'sessions-dir-unusable' });
  expect(await lock.read('/alive')).toEqual({ host: 'box', pid: 7 });
});
