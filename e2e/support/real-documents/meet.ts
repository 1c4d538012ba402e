import { setTimeout as delay } from 'node:timers/promises';
import { isWakeyError, type PageHandle, type PageSignal } from '@wakey/core';
import { whatsappWeb } from '@wakey/whatsapp-web';

/** What the adapter reported about a document whose scripts cannot be loaded. */
export interface Meeting {
  /** The types of all signals. */
  readonly said: readonly PageSignal['type'][];
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly ms: number;
}

/** Arguments with which a browser reaches only this machine: it resolves no other host name. */
export const nowhereElse = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

const longestMs = 30_000;

/** Opens the document and reads it until the reading rejects. */
export async function meet(page: PageHandle, url: string): Promise<Meeting> {
  const signals: PageSignal[] = [];
  const began = performance.now();
  const adapter = whatsappWeb({ url, patience: 500, settle: 500 });
  try {
    const opened = await adapter.open(page, { onSignal: (signal) => void signals.push(signal), timeout: longestMs });
    while (performance.now() - began < longestMs) {
      await opened.read();
      await delay(100);
    }
    return { said: typesOf(signals), code: 'none', details: {}, ms: performance.now() - began };
  } catch (error) {
    if (!isWakeyError(error)) throw error;
    return { said: typesOf(signals), code: error.code, details: error.details, ms: performance.now() - began };
  }
}

/** What is wrong with the adapter's report. Empty if nothing is. */
export function faultsOf(
  { said, code, details }: Meeting,
  host: string,
  version: string | undefined,
): readonly string[] {
  const wrong = said.filter((type) => type !== 'page-booting');
  return [
    ...(wrong.length === 0 ? [] : [`the adapter also reported ${wrong.join(', ')}`]),
    ...(code === 'page-unreachable' ? [] : [`the error was ${code}`]),
    ...(details.hosts === host ? [] : [`the host was ${details.hosts}, not ${host}`]),
    ...(details.version === version ? [] : [`the version was ${details.version}, not ${version}`]),
  ];
}

function typesOf(signals: readonly PageSignal[]): readonly PageSignal['type'][] {
  return [...new Set(signals.map(({ type }) => type))];
}
