import type { Json } from '@wakey/core';
import { temporaryDirectory } from '@wakey/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaries } from '../test/binaries.ts';
import { standInBinary } from '../test/stand-in/binary.ts';
import { raceWithWorker, rowsOfWorkers, storeInWorker, useWorkers } from '../test/use-workers.ts';
import { openWorkerSite, type WorkerSite } from '../test/worker-site.ts';
import { lightpandaDriver } from './lightpanda-driver.js';

describe.each(await binaries())('the workers of a page of $on', ({ executable }) => {
  let site: WorkerSite;
  beforeAll(async () => {
    site = await openWorkerSite();
  });
  afterAll(() => site.close());

  const onPage = async <Result extends Json, Arg extends Json = null>(
    profile: string,
    work: (arg: Arg) => Promise<Result>,
    arg?: Arg,
  ): Promise<Result> => {
    const browser = await lightpandaDriver({ executable }).launch({ profile });
    try {
      await browser.page.goto(`${site.url}/`);
      return await browser.page.evaluate(work, arg);
    } finally {
      await browser.close();
    }
  };

  it('do for a page what the workers of Chromium do', async () => {
    const chromium = await standInBinary({ version: '1.0.2', storesKeys: true });
    const browser = await lightpandaDriver({ executable: chromium }).launch({});
    await browser.page.goto(`${site.url}/`);
    const expected = await browser.page.evaluate(useWorkers);
    await browser.close();
    expect(await onPage(temporaryDirectory(), useWorkers)).toEqual(expected);
  });

  it('are recorded, and a later browser has what they stored', async () => {
    const profile = temporaryDirectory();
    await onPage(profile, storeInWorker, { value: { some: 'row' }, key: 'of a worker' });
    expect(await onPage(profile, rowsOfWorkers)).toEqual({ 'of a worker': { some: 'row' } });
  });

  it('are recorded in the order in which they and the page committed', async () => {
    const profile = temporaryDirectory();
    const browser = await lightpandaDriver({ executable }).launch({ profile });
    await browser.page.goto(`${site.url}/`);
    await browser.page.evaluate(raceWithWorker);
    const stored = await browser.page.evaluate(rowsOfWorkers);
    await browser.close();
    expect(await onPage(profile, rowsOfWorkers)).toEqual(stored);
  });
});
