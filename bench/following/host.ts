/*
 * A session in a process of its own, so that the CPU time of the process is that of the session. Follows the orders of
 * `orders.ts`.
 */
import { readSegment } from '@wakey/bundle';
import { createSession, type Session } from '@wakey/client';
import type { SessionStore } from '@wakey/core';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { filesystemStore } from '@wakey/store-filesystem';
import { tellingSegments } from '@wakey/testkit';
import { whatsappWeb } from '@wakey/whatsapp-web';
import type { Page } from 'puppeteer-core';
import type { Answer, HostOptions, Order } from './orders.ts';

interface Hosted {
  readonly session: Session<Page>;
  /** Resolves with the first backup; at once without a store. */
  readonly saved: Promise<void>;
}

let hosted: Hosted | undefined;
let kept: { readonly bytes: Uint8Array; readonly keptAt: number }[] | undefined;

const acts: { readonly [T in Order['type']]: (order: Extract<Order, { type: T }>) => Promise<Answer> } = {
  async start({ options }) {
    hosted = host(options);
    const { session } = hosted;
    const code = new Promise<string>((resolve) => session.on('qr', ({ qr }) => resolve(qr.reveal())));
    const began = performance.now();
    await session.start();
    const qr = await Promise.race([code, session.ready().then(() => undefined)]);
    return { took: performance.now() - began, ...(qr === undefined ? {} : { qr }) };
  },
  async ready() {
    const { session, saved } = running();
    await session.ready();
    await saved;
    return {};
  },
  async fill({ megabytes }) {
    await running().session.page?.evaluate(`(${fill})(${megabytes})`);
    return {};
  },
  async cpu() {
    const { user, system } = process.cpuUsage();
    return { cpu: (user + system) / 1_000 };
  },
  async note() {
    kept = [];
    await running().session.page?.evaluate(noteCommits);
    return {};
  },
  async report() {
    const commits = (await running().session.page?.evaluate('commitTimes.splice(0)')) as readonly number[];
    const segments = (kept ?? []).map(({ bytes, keptAt }) => ({
      size: bytes.length,
      readAt: readSegment(bytes).at,
      keptAt,
    }));
    kept = [];
    return { commits, segments };
  },
  async stop() {
    const began = performance.now();
    await running().session.stop();
    return { took: performance.now() - began };
  },
};

/** In the page: stores values of 1 MB, one after the other. */
const fill = `async (megabytes) => {
  const opening = indexedDB.open('bench', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('values');
  await new Promise((resolve) => (opening.onsuccess = resolve));
  for (let number = 0; number < megabytes; number += 1) {
    const bytes = new Uint8Array(1024 * 1024);
    for (let at = 0; at < bytes.length / 2; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    const transaction = opening.result.transaction('values', 'readwrite');
    transaction.objectStore('values').put(bytes, number);
    await new Promise((resolve, reject) => Object.assign(transaction, { oncomplete: resolve, onabort: reject }));
  }
}`;

/** In the page: notes the end of each transaction that may write. Text, because a compiled function may need helpers. */
const noteCommits = `{
  globalThis.commitTimes = [];
  const { transaction: begin } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const transaction = begin.call(this, stores, mode, options);
    if (mode === 'readwrite') transaction.addEventListener('complete', () => commitTimes.push(Date.now()));
    return transaction;
  };
}`;

function host({ url, sessionsDir, storeDir, keep }: HostOptions): Hosted {
  const executable = process.env.WAKEY_BROWSER;
  const session = createSession({
    id: 'main',
    driver: puppeteerDriver(executable === undefined ? {} : { executable }),
    page: whatsappWeb({ url }),
    sessionsDir,
    ...(storeDir === undefined ? {} : { store: noted(storeDir) }),
    // One backup when the session is ready, and no other while a bench measures.
    policy: { keep, settle: 0, saveEvery: 24 * 3_600_000 },
  });
  const isSaved = new Promise<void>((resolve) => session.on('saved', () => resolve()));
  return { session, saved: storeDir === undefined ? Promise.resolve() : isSaved };
}

function noted(directory: string): SessionStore {
  return tellingSegments(filesystemStore({ directory }), (_, bytes) => kept?.push({ bytes, keptAt: Date.now() }));
}

function running(): Hosted {
  if (hosted === undefined) throw new Error('There is no session.');
  return hosted;
}

async function follow(order: Order): Promise<void> {
  // The table has an act for each type of order; TypeScript does not see that the order fits its own act.
  const act = acts[order.type] as (order: Order) => Promise<Answer>;
  process.send?.(await act(order).catch((error: unknown) => ({ problem: String(error) })));
}

process.on('message', (order) => void follow(order as Order));
process.send?.({});
