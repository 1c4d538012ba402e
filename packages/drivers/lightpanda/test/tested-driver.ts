import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DriverUnderTest, ForeignBrowser, OwnedDriver } from '@wakey/conformance';
import type { BrowserOptions } from '@wakey/core';
import { vi } from 'vitest';
import type { PatchName } from '../src/capabilities.js';
import { findLightpanda } from '../src/find-lightpanda.js';
import { lightpandaDriver } from '../src/lightpanda-driver.js';
import { processesHolding } from './left.ts';
import { type StandInOptions, standInBinary } from './stand-in/binary.ts';

/** A driver for the clauses, and the name of the Lightpanda it runs on, for the titles of tests. */
export interface TestedLightpanda extends OwnedDriver {
  readonly on: string;
}

/** A stand-in for each version, and the real Lightpanda if this machine has one. */
export async function underTest(): Promise<readonly TestedLightpanda[]> {
  const real = await findLightpanda({ env: process.env }).catch(() => undefined);
  const unknown = 'no known page crashes the real Lightpanda';
  return [
    await standIn('a stand-in for the version of aug', { version: 'aug' }),
    await standIn('a stand-in for the version of oct', { version: 'oct' }),
    ...(real === undefined ? [] : [tested(`the real one at ${real}`, real, [], { unknown })]),
  ];
}

/** A stand-in for a build that stores keys in IndexedDB and has Web Locks. */
export function patchedStandIn(): Promise<TestedLightpanda> {
  const options: StandInOptions = { version: 'oct', gifts: ['keys', 'locks'] };
  return standIn('a stand-in for a patched build', options, ['cryptoKeyStorage', 'webLocks']);
}

async function standIn(on: string, options: StandInOptions, patched: readonly PatchName[] = []) {
  const crash = { url: 'stand-in:segfault', code: 'browser-lost' } as const;
  return tested(on, await standInBinary(options), patched, crash);
}

function tested(
  on: string,
  executable: string,
  patched: readonly PatchName[],
  crash: NonNullable<DriverUnderTest['crash']>,
): TestedLightpanda {
  const execArgv = ['--import', 'tsx', '--conditions', 'wakey:source'];
  return {
    on,
    executable,
    driver: (options: BrowserOptions = {}) => lightpandaDriver({ executable, patched, ...options }),
    // Every version must know this argument, because an unknown one ends Lightpanda.
    furtherArgs: ['--log-level', 'info'],
    ownVariables: { LIGHTPANDA_DISABLE_TELEMETRY: 'keeps Lightpanda from reporting its use to its makers' },
    crash,
    startForeign,
    owner: () => fork(join(import.meta.dirname, 'owner.ts'), [executable], { execArgv }),
  };
}

/** A Lightpanda that another program started. It announces no pages, and has one page for each connection. */
async function startForeign(executable: string, folder: string): Promise<ForeignBrowser> {
  const child = spawn(executable, ['serve', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { TMPDIR: folder },
  });
  const log = createInterface(child.stderr);
  const address = await new Promise((resolve) => {
    log.on('line', (line) => {
      const [, found] = /server running.*address="?([^\s"]+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    endpoint: `ws://${address}/`,
    pid: child.pid ?? 0,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await vi.waitFor(() => {
        if (processesHolding(folder).length > 0) throw new Error('the browser behind the stand-in is still running');
      }, 20_000);
    },
  };
}
