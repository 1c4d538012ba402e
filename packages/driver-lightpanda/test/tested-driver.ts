import type { DriverUnderTest } from '@wakey/conformance';
import type { BrowserOptions } from '@wakey/core';
import { findLightpanda } from '../src/find-lightpanda.js';
import { lightpandaDriver } from '../src/lightpanda-driver.js';
import { standInBinary } from './stand-in/binary.ts';

/** The drivers that clauses are checked on: a stand-in for each version, and the real Lightpanda where one is found. */
export async function underTest(): Promise<readonly (DriverUnderTest & { readonly on: string })[]> {
  const standIns = await Promise.all(
    (['aug', 'oct'] as const).map(async (version) => ({
      on: `a stand-in for the version of ${version}`,
      executable: await standInBinary({ version }),
    })),
  );
  const real = await findLightpanda({ env: process.env }).catch(() => undefined);
  const all = [...standIns, ...(real === undefined ? [] : [{ on: `the real one at ${real}`, executable: real }])];
  return all.map(({ on, executable }) => ({
    on,
    executable,
    driver: (options: BrowserOptions = {}) => lightpandaDriver({ executable, ...options }),
  }));
}
