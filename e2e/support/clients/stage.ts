import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JournalEntry, type Simulator, startSimulator, type Troubles } from '@wakey/simulator';
import { chromiumPath, quietArgs } from '../chromium.ts';

/** What a peer's journey needs: a simulator of its own, a browser, and a folder with the installed library. */
export interface Stage {
  readonly simulator: Simulator;
  readonly folder: string;
  readonly executable: string;
  readonly args: readonly string[];
  /** Loads a module of the project in the folder, as its author would. */
  load<T>(name: string): T;
  /** The path of a module of the project. */
  locate(name: string): string;
  /** Reports a step that the peer has made. */
  step(name: string): void;
  /** Scans a code. If the code has expired meanwhile, the peer shows another one. */
  scan(qr: string): void;
  /** The id of the device that was linked last. */
  device(): string;
  /** Runs `act`, and resolves when the device has synced with the service again. */
  online(act: () => unknown): Promise<JournalEntry>;
  close(): Promise<void>;
}

/** The phone number of the simulated account. */
export const number = '447700900000';

/** All peers expect that the page reports a conflict and lets them take over, as older builds do. */
const troubles: Partial<Troubles> = { replaced: 'conflict', keepLogoutParameters: true };

/** Sets the stage. The browser reaches only this machine. */
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
  throw new Error(`This did not happen within a minute: ${what}`);
}
