import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { file, manifest, noise, packed, unpacked } from './testing/bundles.js';

const run = promisify(execFile);

/** Runs a line of shell with the tools of this machine. `undefined` if one of them is not installed. */
async function shell(directory: string, line: string): Promise<string | undefined> {
  for (const tool of ['zstd', 'tar', 'sha256sum']) {
    const isThere = await run('sh', ['-c', `command -v ${tool}`]).then(
      () => true,
      () => false,
    );
    if (!isThere) return undefined;
  }
  return (await run('sh', ['-ec', line], { cwd: directory })).stdout;
}

const files = [
  file('Local State', '{}'),
  file('Default/Cookies', noise(300_000)),
  file('Default/empty'),
  file(`Default/${'long'.repeat(20)}/${'name'.repeat(30)}`, 'long'),
  file('Default/ß水', 'Unicode'),
];

it('is opened by zstd, tar and sha256sum', async ({ skip }) => {
  const place = temporaryDirectory();
  writeFileSync(join(place, 'session.bundle'), await packed(files));
  const told = await shell(place, 'zstd -dc session.bundle | tar -x\nsha256sum --strict -c SHA256SUMS');
  if (told === undefined) return skip('zstd, tar and sha256sum are not all installed here');
  expect(told.trim().split('\n')).toEqual(
    ['wakey.json', ...files.map(({ path }) => `profile/${path}`)].map((name) => `${name}: OK`),
  );
  expect(JSON.parse(readFileSync(join(place, 'wakey.json'), 'utf8'))).toMatchObject(manifest);
  expect(statSync(join(place, 'profile/Default/Cookies')).mode & 0o777).toBe(0o600);
});

it.each(['-1', '-19', '-3 -T2'])('opens what tar and zstd %s made', async (level) => {
  const place = temporaryDirectory();
  mkdirSync(join(place, 'profile/Default'), { recursive: true });
  writeFileSync(join(place, 'wakey.json'), JSON.stringify(manifest));
  writeFileSync(join(place, 'profile/Default/Cookies'), noise(300_000));
  writeFileSync(join(place, `profile/${'name'.repeat(40)}`), 'long');
  const made = await shell(
    place,
    `find wakey.json profile -type f -exec sha256sum {} + > SHA256SUMS
    tar -c wakey.json profile SHA256SUMS | zstd ${level} > session.bundle`,
  );
  // Without these tools, use the golden bundle that a person made with them.
  const golden = new URL('golden/format-1-by-hand.bundle', import.meta.url);
  const { files: found } = await unpacked(readFileSync(made === undefined ? golden : join(place, 'session.bundle')));
  expect(Object.keys(found)).toContain('Default/Cookies');
});
