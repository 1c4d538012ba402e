import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { file, manifest, packed } from '@wakey/bundle/testing';
import { chromiumProfile } from '@wakey/chromium';
import { temporaryDirectory } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { unpackProfile } from './unpack-profile.js';

/** The path of one file for each place in the table of profile parts. */
const filesAt = (is: 'kept' | 'left-out') =>
  chromiumProfile.parts
    .filter((part) => part.is === is)
    .flatMap(({ places }) => places)
    .filter((place) => place !== '**/*')
    .map((place) => place.replace('**/', 'Default/IndexedDB/').replaceAll('*', 'x'))
    .map((place) => (is === 'left-out' || /Cookies|Local State|Last Version/.test(place) ? place : `${place}/file`));

it('unpacks from a bundle only the files that packing would put into it', async () => {
  const kept = filesAt('kept');
  const steering = [...filesAt('left-out'), 'SingletonLock', 'unknown'];
  const into = temporaryDirectory();
  const bytes = await packed([...new Set([...kept, ...steering])].map((path) => file(path, '{}')));
  expect(await unpackProfile(stream(bytes), into, chromiumProfile)).toEqual(manifest);
  const found = readdirSync(into, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(into, 'profile/').length));
  expect(found.sort()).toEqual([...kept].sort());
  expect(steering.length).toBeGreaterThan(30);
});

it('unpacks from the file Local State only the key of the cookies, as packing does', async () => {
  const switches = { os_crypt: { encrypted_key: 'a2V5' }, browser: { enabled_labs_experiments: ['a@1'] }, profile: {} };
  const into = temporaryDirectory();
  await unpackProfile(stream(await packed([file('Local State', JSON.stringify(switches))])), into, chromiumProfile);
  const key = '{"os_crypt":{"encrypted_key":"a2V5"}}\n';
  expect(readFileSync(join(into, 'profile', 'Local State'), 'utf8')).toBe(key);
  for await (const { size, open } of chromiumProfile.list(join(into, 'profile'))) {
    expect(size).toBe(key.length);
    for await (const chunk of open()) expect(Buffer.from(chunk).toString()).toBe(key);
  }
});

it('checks a whole bundle, also the files that it does not unpack', async () => {
  const bytes = await packed([file('wakey-browser.json', 'x'.repeat(5_000))]);
  const cut = bytes.subarray(0, bytes.length - 40);
  await expect(unpackProfile(stream(cut), temporaryDirectory(), chromiumProfile)).rejects.toMatchObject({
    code: 'bundle-damaged',
  });
});

async function* stream(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
