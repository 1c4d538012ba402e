import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { DriverUnderTest, OwnedDriver } from '@wakey/conformance';
import type { BrowserOptions } from '@wakey/core';
import { isWholeMatrix } from '@wakey/testkit';
import { lightpandaDriver } from '../src/lightpanda-driver.js';
import { differencesOf } from './differences.ts';
import { startForeign } from './foreign-lightpanda.ts';
import { realLightpandas } from './real-binaries.ts';
import { type StandInOptions, standInBinary } from './stand-in/binary.ts';
import { versions } from './stand-in/versions.ts';

/** A driver for the clauses, and the name of the Lightpanda it runs on, for the titles of tests. */
export interface TestedLightpanda extends OwnedDriver {
  readonly on: string;
}

/**
 * Every real Lightpanda of this machine. A machine without one, and the whole matrix, get stand-ins for the oldest and the newest
 * version if those are not there. `stand-in.test.ts` compares all stand-ins with the binaries.
 */
export async function underTest(): Promise<readonly TestedLightpanda[]> {
  const real = await realLightpandas();
  const unknown = 'no known page crashes the real Lightpanda';
  const isWanted = real.length === 0 || isWholeMatrix();
  const wanted = versions.filter((_, at) => isWanted && (at === 0 || at === versions.length - 1));
  const absent = wanted.filter((version) => !real.some((binary) => binary.version === version));
  return [
    ...real.map(({ version, executable }) =>
      tested(`the real ${version}`, version, { executable, crash: { unknown } }),
    ),
    ...(await Promise.all(absent.map((version) => standIn(`a stand-in for ${version}`, { version })))),
  ];
}

/** A driver on a stand-in. */
async function standIn(on: string, options: StandInOptions) {
  const crash = { url: 'stand-in:segfault', code: 'browser-lost' } as const;
  return tested(on, options.version, { executable: await standInBinary(options), crash });
}

function tested(
  on: string,
  version: string,
  { executable, crash }: Required<Pick<DriverUnderTest, 'executable' | 'crash'>>,
): TestedLightpanda {
  const execArgv = ['--import', 'tsx', '--conditions', 'wakey:source'];
  return {
    ...differencesOf(version),
    on,
    executable,
    driver: (options: BrowserOptions = {}) => lightpandaDriver({ executable, ...options }),
    // Every version must know this argument, because an unknown one ends Lightpanda.
    furtherArgs: ['--log-level', 'info'],
    ownVariables: { LIGHTPANDA_DISABLE_TELEMETRY: 'keeps Lightpanda from reporting its use to its makers' },
    crash,
    startForeign,
    owner: () => fork(join(import.meta.dirname, 'owner.ts'), [executable], { execArgv }),
  };
}
