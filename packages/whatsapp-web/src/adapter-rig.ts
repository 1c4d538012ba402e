import type { PageHandle, PageSignal } from '@wakey/core';
import { vi } from 'vitest';
import { whatsappWeb } from './adapter.js';
import type { Report } from './facts.js';
import type { ProbeAnswer } from './probe-command.js';

// Only the adapter's tests use this file.

export const facts: Report = {
  document: 'd1',
  origin: 'https://web.whatsapp.com',
  seq: 1,
  status: 200,
  kind: 'whatsapp',
  missing: [],
  scripts: { total: 2, pending: 0, failed: [] },
  isSettled: true,
  isOnline: true,
  socket: 'UNPAIRED',
  isRegistered: false,
  hasSynced: false,
  isBanned: false,
  isOutdated: false,
  isElsewhere: false,
  isStopped: false,
  isAlive: true,
};
export const idle: Report = { ...facts, seq: 2, socket: 'UNPAIRED_IDLE' };

/** A page whose probe returns what the test sets. */
export function fakePage() {
  let report: (text: string) => unknown = () => undefined;
  const probe = {
    lacks: vi.fn(async (): Promise<string[]> => []),
    recognize: vi.fn(async (): Promise<string | undefined> => JSON.stringify(facts)),
    read: vi.fn(async (): Promise<string | undefined> => JSON.stringify(facts)),
    perform: vi.fn(async (_arg: unknown): Promise<ProbeAnswer> => ({ ok: true })),
  };
  const page = {
    goto: vi.fn(async () => undefined),
    expose: async (_name: string, handler: (arg: string) => unknown) => {
      report = handler;
    },
    addInitScript: vi.fn(async (_source: string) => undefined),
    url: () => 'https://web.whatsapp.com/?token=hidden',
    evaluate: async (_script: unknown, arg: unknown) => {
      if (arg === null) return probe.lacks();
      if (typeof arg === 'string') return probe.read();
      if (typeof arg === 'object' && arg !== null && 'command' in arg) return JSON.stringify(await probe.perform(arg));
      return probe.recognize();
    },
  };
  return {
    page: page as unknown as PageHandle,
    goto: page.goto,
    addInitScript: page.addInitScript,
    probe,
    report: (told: Report) => report(JSON.stringify(told)),
  };
}

export async function open(fake = fakePage()) {
  const signals: PageSignal[] = [];
  const opened = await whatsappWeb().open(fake.page, { onSignal: (signal) => void signals.push(signal) });
  return { ...fake, opened, signals, types: () => signals.map(({ type }) => type) };
}

export const settled = () => new Promise((resolve) => setTimeout(resolve));
