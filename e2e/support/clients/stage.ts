import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JournalEntry, type Simulator, startSimulator, type Troubles } from '@wakey/simulator';
import { chromiumPath, quietArgs } from '../chromium.ts';

/** What a peer's journey plays on: a simulator of its own, a browser, and a folder with the installed library. */
export interface Stage {
  readonly simulator: Simulator;
  readonly folder: string;
  readonly executable: string;
  readonly args: readonly string[];
  /** Loads a module of the project in the folder, as its author would. */
  load<T>(name: string): T;
  /** Where a module of the project is. */
  locate(name: string): string;
  /** Reports a step that the peer has made. */
  step(name: string): void;
  /** Scans a code; a code that has expired meanwhile is the next one's business. */
  scan(qr: string): void;
  /** The device linked last. */
  device(): string;
  /** Resolves when the service has the device online again. */
  online(act: () => unknown): Promise<JournalEntry>;
  close(): Promise<void>;
}

/** The one account's number. */
export const number = '447700900000';

/** All of them expect a conflict that says so and can be taken over, as older builds have it. */
const troubles: Partial<Troubles> = { replaced: 'conflict', keepLogoutParameters: true };

/** Sets the stage. Nothing of the browser leaves this machine. */
export async function setStage(folder: string, report: (step: string) => void): Promise<Stage> {
  const simulator = await startSimulator({ https: true, troubles });
  const require = createRequire(join(folder, 'package.json'));
  const { port } = new URL(simulator.url);
  const rules = `MAP web.whatsapp.com 127.0.0.1:${port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`;
  return {
    simulator,
    folder,
    executable: chromiumPath(),
    args: [...quietArgs, '--ignore-certificate-errors', `--host-resolver-rules=${rules}`, '--no-proxy-server'],
    load: (name) => require(name),
    locate: (name) => require.resolve(name),
    step: report,
    scan: (qr) => void simulator.phone.scan(qr),
    device: () => simulator.devices().at(-1)?.id ?? 'none',
    online(act) {
      const after = simulator.log().at(-1)?.seq ?? 0;
      act();
      return simulator.waitFor('device-synced', { after });
    },
    close: () => simulator.close(),
  };
}

/** The first value of an event; rejects after a minute. */
export async function first(emitter: NodeJS.EventEmitter, event: string, ms = 60_000): Promise<unknown> {
  const [value] = await once(emitter, event, { signal: AbortSignal.timeout(ms) });
  return value;
}

/** Asks again until the answer is yes; rejects after a minute. */
export async function until(what: string, ask: () => Promise<unknown> | unknown): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await delay(100)) {
    if (await Promise.resolve(ask()).catch(() => false)) return;
  }
  throw new Error(`Not so within a minute: ${what}`);
}
