import { expect, it } from 'vitest';
import { lightpandaPins, wheelTags } from './lightpanda-wheels.js';
import { type Machine, thisMachine, wheelPlatformOf } from './machine.js';

it.each<[Machine, string]>([
  [{ platform: 'linux', arch: 'x64', glibc: '2.35' }, 'linux-x64'],
  [{ platform: 'linux', arch: 'arm64', glibc: '2.41' }, 'linux-arm64'],
  [{ platform: 'darwin', arch: 'x64' }, 'darwin-x64'],
  [{ platform: 'darwin', arch: 'arm64' }, 'darwin-arm64'],
])('chooses a wheel for %j', (machine, platform) => {
  expect(wheelPlatformOf(machine)).toBe(platform);
});

it.each<[Machine, string]>([
  [{ platform: 'linux', arch: 'x64' }, 'linux, x64, no glibc'],
  [{ platform: 'linux', arch: 'x64', glibc: '2.31' }, 'linux, x64, glibc 2.31'],
  [{ platform: 'linux', arch: 'arm', glibc: '2.36' }, 'linux, arm, glibc 2.36'],
  [{ platform: 'win32', arch: 'x64' }, 'win32, x64'],
])('refuses %j, for which there is no wheel, and says why', (machine, words) => {
  expect(() => wheelPlatformOf(machine)).toThrow(`There is no Lightpanda for this machine (${words})`);
  expect(() => wheelPlatformOf(machine)).toThrow('LIGHTPANDA_EXECUTABLE_PATH');
});

it.runIf(process.platform === 'linux')('knows the C library of this machine', () => {
  expect(thisMachine().glibc ?? 'musl').toMatch(/^(2\.\d+|musl)$/);
});

it('has one checksum for each version and platform, and no two are the same', () => {
  const digests = lightpandaPins.flatMap(({ wheels, binaries = {} }) => [
    ...Object.values(wheels),
    ...Object.values(binaries),
  ]);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(digests).size).toBe(digests.length);
  for (const { wheels } of lightpandaPins) expect(Object.keys(wheels)).toEqual(Object.keys(wheelTags));
});
