import { join } from 'node:path';
import { faultyFiles, temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { file, inPieces, noise, packed } from './testing/bundles.js';
import { unpackBundle } from './unpack.js';

it('reports a full disk, and never a damaged bundle, whichever call fails', async () => {
  const large = noise(200_000);
  const bytes = await packed([file('a', large), file('b/c', large), file('d', 'small')]);
  const codes: unknown[] = [];
  for (let nth = 1; ; nth += 1) {
    const faulty = faultyFiles();
    faulty.arm('fails', nth);
    const into = join(temporaryDirectory(), 'into');
    const failure = await unpackBundle(inPieces(bytes), into, { files: faulty.files }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await faulty.bury();
    if (faulty.calls.length < nth) break;
    if (failure !== undefined) codes.push(Object(failure).code);
  }
  expect(codes.length).toBeGreaterThan(30);
  expect(new Set(codes)).toEqual(new Set(['sessions-dir-unusable']));
});
