import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@wakey/core';
import { temporaryDirectory } from '@wakey/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../test/journals.ts';
import { openProbeSite, type ProbeSite } from '../test/probe-site.ts';
import { realLightpandas } from '../test/real-binaries.ts';
import { standInBinary } from '../test/stand-in/binary.ts';
import { readSecrets, storeSecrets, useBridges } from '../test/use-bridges.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

/** 0.4.1 cannot import a key, so it has no key to bridge. */
const real = (await realLightpandas()).filter(({ version }) => version !== '0.4.1');

describe('the bridges', () => {
  let site: ProbeSite;
  beforeAll(async () => {
    site = await openProbeSite();
  });
  afterAll(() => site.close());

  const onPage = async <Result extends Json, Arg extends Json = null>(
    executable: string,
    options: { readonly profile?: string },
    work: (arg: Arg) => Promise<Result>,
    arg?: Arg,
  ): Promise<Result> => {
    const browser = await lightpandaDriver({ executable }).launch(options);
    try {
      await browser.page.goto(`${site.url}/`);
      return await browser.page.evaluate(work, arg);
    } finally {
      await browser.close();
    }
  };
  /** This stand-in has keys, locks and caches of its own, so a page without a profile has no bridge. */
  const chromium = () => standInBinary({ version: '1.0.2', storesKeys: true });
  const expectKeysPutBack = async (executable: string) => {
    const profile = temporaryDirectory();
    const imported = randomBytes(32).toString('base64');
    const made = await onPage(executable, { profile }, storeSecrets, imported);
    const expectSealed = async () => {
      for (const name of await filesOf(profile)) {
        const file = await readFile(join(profile, 'journal', name));
        expect(file.includes('@wakey/key')).toBe(true);
        for (const secret of [imported, made].map((text) => Buffer.from(text, 'base64'))) {
          for (const form of formsOf(secret)) expect(file.includes(form)).toBe(false);
        }
      }
    };
    await expectSealed();
    const expected = ['InvalidAccessError', imported, made, made];
    expect(await onPage(executable, { profile }, readSecrets)).toEqual(expected);
    await expectSealed();
    expect(await onPage(executable, { profile }, readSecrets)).toEqual(expected);
  };

  it('put back the keys of a browser that stores keys itself', async () => expectKeysPutBack(await chromium()));

  describe.runIf(real.length > 0).each(real)('of the real $version', ({ version, executable }) => {
    it('do for a page what Chromium does', async () => {
      // Before 1.0.2 Lightpanda gives out no half of a key pair that it made, so no page can store one.
      const hasPairs = version !== '1.0.0' && version !== '1.0.1';
      const got = await onPage(executable, { profile: temporaryDirectory() }, useBridges, hasPairs);
      expect(got).toEqual(await onPage(await chromium(), {}, useBridges, hasPairs));
    });

    it('put back keys in a later browser, and write their bytes to the journal in no form', () =>
      expectKeysPutBack(executable));
  });
});

/** The ways in which bytes may stand in a file. The base64 of bytes that follow others begins at one of three places in them. */
function formsOf(bytes: Buffer): readonly (Buffer | string)[] {
  const inner = (from: number) => bytes.subarray(from, from + 27).toString('base64');
  const hex = bytes.toString('hex');
  return [bytes, hex, hex.toUpperCase(), String([...bytes]), inner(0), inner(1), inner(2), bytes.toString('base64url')];
}
