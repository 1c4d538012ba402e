import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserHandle, ProfileFormat, ProfileState, ProfileStep } from '@wakey/core';
import type { DriverClause, Subject } from './clause.js';
import { beginCopy, type FollowedCopy } from './followed-copy.js';
import { type FollowingFormat, formatted, onFollowing } from './formats.js';
import { nothingLeft } from './processes.js';
import { commitRows, resumedRows } from './rows-page.js';
import type { Sabotage } from './sabotage/sabotage.js';

/** A browser on a profile whose page has committed the rows 1 to 5, and a copy of the profile that has them. */
export interface FollowedSubject extends Pick<BrowserHandle, 'page' | 'close'> {
  readonly profile: string;
  readonly format: FollowingFormat;
  readonly copy: FollowedCopy;
  /** A format object as another process would have it. */
  another(): FollowingFormat;
  /** How many rows a browser finds that opens a profile; fails if one is missing among later ones. */
  resumed(profile: string): Promise<number>;
  /** Copies the copy as it is now, to be opened later. */
  prefix(): Promise<string>;
  /** The SHA-256 of each file of a profile that a backup contains. */
  contents(profile: string): Promise<ReadonlyMap<string, string>>;
}

/** Makes a clause on the following of a format. A driver without one declares why: then the clause checks that. */
export function followingClause({
  check,
  ...clause
}: Pick<DriverClause, 'name' | 'sabotage'> & { check(followed: FollowedSubject): Promise<void> }): DriverClause {
  return {
    ...clause,
    needs: 'persistentProfile',
    async check(subject) {
      const { following } = formatted(subject.driver()).profileFormat;
      const { noFollowing } = subject;
      if (following === undefined) {
        assert.ok(noFollowing !== undefined && noFollowing !== '', 'the format has no following, without a reason');
        return;
      }
      assert.equal(noFollowing, undefined, 'the following is declared absent, but the format has it');
      await withBrowser(subject, check);
    },
  };
}

async function withBrowser(
  { driver, folder, site }: Subject,
  check: (followed: FollowedSubject) => Promise<void>,
): Promise<void> {
  const opened = () => {
    const { launch, profileFormat } = formatted(driver({ env: { TMPDIR: folder } }));
    return { launch, profileFormat: followingOf(profileFormat) };
  };
  const own = opened();
  const format = own.profileFormat;
  const profile = join(folder, 'profile');
  await mkdir(profile);
  const { page, close } = await own.launch({ profile });
  let count = 0;
  try {
    await page.goto(`${site.origin}/page`);
    await commitRows(page, 1, 5);
    const copy = await beginCopy(profile, join(folder, 'copy'), format);
    await check({
      page,
      close,
      profile,
      format,
      copy,
      another: () => opened().profileFormat,
      resumed: (directory) => {
        count += 1;
        return resumedRows(own, directory, { origin: site.origin, into: join(folder, `copy-opened-${count}`) });
      },
      async prefix() {
        count += 1;
        const into = join(folder, `copy-prefix-${count}`);
        await cp(copy.directory, into, { recursive: true });
        return into;
      },
      contents: (directory) => contentsOf(format, directory),
    });
  } finally {
    await close();
  }
  const copies = (await readdir(folder)).filter((name) => name.startsWith('copy'));
  await nothingLeft(folder, ['profile', ...copies]);
}

/** Changes what `changes` tells. */
export function onChanges(
  change: (changes: AsyncIterable<ProfileStep>, from: ProfileState) => AsyncIterable<ProfileStep>,
): Sabotage {
  return onFollowing(({ changes }) => ({
    changes: (profile, from, options) => change(changes(profile, from, options), from),
  }));
}

function followingOf(format: ProfileFormat): FollowingFormat {
  const { following } = format;
  assert.ok(following !== undefined, 'the format has no following');
  return { ...format, following };
}

async function contentsOf(format: ProfileFormat, profile: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { path, open } of format.list(profile)) {
    const hash = createHash('sha256');
    for await (const chunk of open()) hash.update(chunk);
    found.set(path, hash.digest('hex'));
  }
  return found;
}
