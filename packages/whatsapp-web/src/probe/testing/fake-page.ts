import type { ProbeSettings } from '../../probe-command.js';
import type { PageWindow } from '../page-window.js';

/** A page of the shape the probe reads, all of it in the hands of a test. */
export interface FakePage {
  readonly page: PageWindow;
  readonly socket: FakeModel;
  readonly conn: FakeModel;
  readonly cmd: FakeModel;
  /** Exports by module id; what is deleted here is not in the page. */
  readonly modules: Record<string, Record<string, unknown>>;
  /** Modules that were run, in order. */
  readonly required: string[];
  /** Attributes of the element that shows the code; undefined: there is none. */
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

/** Settings whose waits a test can wind through. */
export const settings: ProbeSettings = { binding: 'report', patience: 1_000, settle: 1_000, aliveEvery: 60_000 };

/** 32 bytes of one value: keys that are easy to tell apart. */
function key(byte: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(byte);
}

/** The base64 of such a key. */
export function base64(byte: number): string {
  return btoa(String.fromCharCode(...key(byte)));
}

/** The QR text of the fake page. */
export function qrText(ref: string, secret = 3): string {
  return [ref, base64(1), base64(2), base64(secret), '1'].join();
}

/** An unpaired page whose modules are there and not run yet. `search`: query of its address. */
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
