import type { ProbeSettings } from '../../probe-command.js';
import type { PageWindow } from '../page-window.js';

/** A page of the form that the probe reads; a test controls all of it. */
export interface FakePage {
  readonly page: PageWindow;
  readonly socket: FakeModel;
  readonly conn: FakeModel;
  readonly cmd: FakeModel;
  /** Exports by module id; a test deletes a module to remove it from the page. */
  readonly modules: Record<string, Record<string, unknown>>;
  /** Ids of the modules that were required, in order. */
  readonly required: string[];
  /** Text of the code that the document shows; undefined if it shows none. */
  code: string | undefined;
  /** The probe's reports. */
  readonly reports: Record<string, unknown>[];
}

/** An emitter with properties, as the page's models are. */
interface FakeModel {
  [name: string]: unknown;
  set(patch: Record<string, unknown>): void;
  trigger(name: string, ...values: readonly unknown[]): void;
}

/** Settings with waits that a test can pass with a fake clock. */
export const settings: ProbeSettings = { binding: 'report', patience: 1_000, settle: 1_000, aliveEvery: 60_000 };

/** A key of 32 equal bytes, so that keys are easy to tell apart. */
function key(byte: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(byte);
}

/** Returns the base64 text of such a key. */
export function base64(byte: number): string {
  return btoa(String.fromCharCode(...key(byte)));
}

/** Returns the QR text of the fake page. */
export function qrText(ref: string, secret = 3): string {
  return [ref, base64(1), base64(2), base64(secret), '1'].join();
}

/** A page without a device whose modules have arrived but not run. `search`: query of its address. */
export function fakePage(search = ''): FakePage {
  const socket = fakeModel({ state: 'UNLAUNCHED', hasSynced: undefined });
  const conn = fakeModel({ ref: undefined, refTTL: undefined });
  const cmd = fakeModel({});
  const fake: { code: string | undefined } = { code: undefined };
  const required: string[] = [];
  const reports: Record<string, unknown>[] = [];
  const modules: FakePage['modules'] = {
    WAWebSocketModel: { Socket: socket },
    WAWebConnModel: { Conn: conn },
    WAWebCmd: { Cmd: cmd },
    WAWebUserPrefsMultiDevice: { isRegistered: () => false, getADVSecretKey: () => base64(3) },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => undefined },
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: key(1).buffer } }) } },
    WAWebSignalStoreApi: {
      waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: key(2) } }) },
    },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
  };

  function require(id: string): unknown {
    if (id === '__debug') return { modulesMap: recordsOf(modules) };
    const exports = modules[id];
    if (exports === undefined) throw new Error(`Requiring unknown module "${id}".`);
    required.push(id);
    return exports;
  }

  const codeElement = { getAttribute: (name: string) => (name === 'data-ref' ? (fake.code ?? null) : null) };
  const document = {
    readyState: 'complete',
    scripts: [],
    addEventListener: () => undefined,
    querySelector: (selector: string) => (selector === '[data-ref]' && fake.code !== undefined ? codeElement : null),
    querySelectorAll: () => [],
  };
  const page = {
    require,
    __d: () => undefined,
    document,
    location: { search, hostname: 'web.whatsapp.com', origin: 'https://web.whatsapp.com' },
    performance: { timeOrigin: 1, getEntriesByType: () => [{ responseStatus: 200 }] },
    navigator: {},
    addEventListener: () => undefined,
    MutationObserver: class {
      readonly observe = () => undefined;
    },
    report: async (text: string) => void reports.push(JSON.parse(text)),
  };
  return Object.assign(fake, { page: page as unknown as PageWindow, socket, conn, cmd, modules, required, reports });
}

function recordsOf(modules: FakePage['modules']): Record<string, unknown> {
  const record = { dependencies: [], depPosition: 0, exports: null };
  return Object.fromEntries(Object.keys(modules).map((id) => [id, record]));
}

function fakeModel(properties: Record<string, unknown>): FakeModel {
  const listeners = new Map<string, ((...values: readonly unknown[]) => void)[]>();
  const model: FakeModel = {
    ...properties,
    on(name: string, listener: (...values: readonly unknown[]) => void) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    },
    trigger(name, ...values) {
      for (const listener of listeners.get(name) ?? []) listener(...values);
    },
    set(patch) {
      Object.assign(model, patch);
      for (const [name, value] of Object.entries(patch)) model.trigger(`change:${name}`, model, value);
    },
  };
  return model;
}
