import {
  type BrowserDriver,
  type BrowserHandle,
  type DriverCapabilities,
  type LaunchOptions,
  type LostReason,
  type OpenPage,
  type PageAdapter,
  type PageCommand,
  type PageEvents,
  type PageHandle,
  type PageSignal,
  type ProfileFormat,
  WakeyError,
} from '@wakey/core';

/** A browser whose page the test plays: the test sets what the page shows, and sees the commands to the page. */
export interface FakeBrowser {
  readonly driver: BrowserDriver<string>;
  readonly adapter: PageAdapter;
  /** The number of living browsers. */
  alive(): number;
  launches(): readonly LaunchOptions[];
  /** The commands sent to the page, in order. */
  readonly commands: PageCommand[];
  /** How often the runtime read the page again. */
  readings(): number;
  /** Makes the page show a state. */
  show(...signals: readonly PageSignal[]): void;
  /** Kills the browser. With `why`, the driver itself ends it for that reason. */
  kill(why?: string): void;
  /** Crashes the page. */
  crash(): void;
  /** The memory of each browser in bytes; `undefined` at a launch: the driver cannot measure that of the new browser. @default undefined */
  uses: number | undefined;
  /** The faults of the browser from now on. */
  faults: Faults;
}

/** The faults that a fake browser can have. */
export interface Faults {
  launch?: WakeyError;
  open?: WakeyError;
  close?: WakeyError;
  read?: WakeyError;
  /** Never ends a reading of the page, against its contract. */
  hangsOnRead?: boolean;
  perform?: WakeyError;
  /** Whether a launch hangs until it is aborted. */
  hangsOnLaunch?: boolean;
  /** The error with which an aborted launch rejects. */
  abort?: WakeyError;
}

/** Creates a driver and a page adapter that work without a browser. The driver keeps profiles of this format. */
export function fakeBrowser(profileFormat: ProfileFormat): FakeBrowser {
  const launches: LaunchOptions[] = [];
  const commands: PageCommand[] = [];
  let readings = 0;
  let last: PageSignal | undefined;
  let running: Running | undefined;
  let report: ((signal: PageSignal) => void) | undefined;

  const driver: BrowserDriver<string> = {
    name: 'fake',
    capabilities: everything,
    profileFormat,
    async launch(options) {
      launches.push(options);
      if (fake.faults.launch) throw fake.faults.launch;
      if (fake.faults.hangsOnLaunch) await untilAborted(options, fake.faults.abort);
      running = startRunning(`page ${launches.length}`, fake);
      return running.handle;
    },
  };
  const open: OpenPage = {
    async read() {
      readings += 1;
      if (fake.faults.read) throw fake.faults.read;
      if (fake.faults.hangsOnRead) await new Promise(() => undefined);
      // Readiness is a state, not an event: a page whose last report was readiness reports it again.
      if (last?.type === 'readiness') report?.(last);
    },
    async perform(command) {
      commands.push(command);
      if (fake.faults.perform) throw fake.faults.perform;
    },
    close() {
      report = undefined;
    },
  };
  const adapter: PageAdapter = {
    name: 'fake',
    async open(_, { onSignal }) {
      if (fake.faults.open) throw fake.faults.open;
      report = onSignal;
      last = undefined;
      return open;
    },
  };
  const fake: FakeBrowser = {
    driver,
    adapter,
    commands,
    faults: {},
    uses: undefined,
    alive: () => (running?.isAlive() === true ? 1 : 0),
    launches: () => launches,
    readings: () => readings,
    show: (...signals) => {
      last = signals.at(-1) ?? last;
      for (const signal of signals) report?.(signal);
    },
    kill: (why) => running?.die({ kind: 'exited', exitSignal: 'SIGKILL', ...(why === undefined ? {} : { why }) }),
    crash: () => running?.crash(),
  };
  return fake;
}

interface Running {
  readonly handle: BrowserHandle<string>;
  isAlive(): boolean;
  die(reason: LostReason): void;
  crash(): void;
}

function startRunning(native: string, fake: Pick<FakeBrowser, 'faults' | 'uses'>): Running {
  const listeners = new Set<(event: PageEvents['crashed']) => void>();
  let isAlive = true;
  let lose: (reason: LostReason) => void = () => undefined;
  const lost = new Promise<LostReason>((resolve) => {
    lose = resolve;
  });
  const die = (reason: LostReason) => {
    isAlive = false;
    lose(reason);
  };
  const page = {
    native,
    on: (event: keyof PageEvents, listener: (payload: never) => void) => {
      // The fake browser stores only listeners of `crashed`, and reports only crashes.
      if (event === 'crashed') listeners.add(listener as (payload: PageEvents['crashed']) => void);
      return () => listeners.delete(listener as never);
    },
  };
  return {
    isAlive: () => isAlive,
    die,
    crash: () => {
      for (const listener of listeners) listener({ detail: 'out of memory' });
    },
    handle: {
      // The runtime uses only these methods of a page; the adapter is a fake too.
      page: page as unknown as PageHandle<string>,
      version: { product: 'Fake', version: '1.0' },
      ...(fake.uses === undefined ? {} : { memory: async () => fake.uses ?? 0 }),
      lost,
      async close() {
        if (fake.faults.close) throw fake.faults.close;
        die({ kind: 'closed' });
      },
    },
  };
}

function untilAborted({ signal }: LaunchOptions, fault = cancelled()): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(fault));
  });
}

function cancelled(): WakeyError {
  return new WakeyError('aborted', { what: 'The launch was aborted.', hint: 'No process is left.' });
}

const everything: DriverCapabilities = {
  persistentProfile: { supported: true },
  stateSnapshot: { supported: true },
  screenshot: { supported: true },
  canvasPixels: { supported: true },
  userAgentOverride: { supported: true },
  webLocks: { supported: true },
  cryptoKeyStorage: { supported: true },
  proxyAuth: { supported: true },
  rawCdp: { supported: true },
  attach: { supported: true },
  processId: { supported: true },
};
