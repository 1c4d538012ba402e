import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Version } from './flags.ts';
import { Refusal } from './upstream.ts';

/** Throws the error of Lightpanda for a method that this version does not have. */
export function checkMethod(method: string, version: Version): void {
  const [domain = '', name] = method.split('.');
  const known = tables[version][domain];
  if (name !== undefined && known?.includes(name)) return;
  if (version === 'oct') throw new Refusal(-32601, `'${method}' wasn't found`);
  throw new Refusal(
    -31998,
    name === undefined ? 'InvalidMethod' : known === undefined ? 'UnknownDomain' : 'UnknownMethod',
  );
}

/** Whether Lightpanda ever sends the event. */
export function sendsEvent(event: string): boolean {
  return EVENTS.has(event);
}

type Table = Readonly<Record<string, readonly string[]>>;

const data = JSON.parse(readFileSync(join(import.meta.dirname, 'methods.json'), 'utf8')) as {
  readonly aug: Table;
  readonly oct_added: Table;
};

const tables: { readonly [V in Version]: Table } = {
  aug: data.aug,
  oct: Object.fromEntries(
    [...Object.keys(data.aug), ...Object.keys(data.oct_added)].map((domain) => [
      domain,
      [...(data.aug[domain] ?? []), ...(data.oct_added[domain] ?? [])],
    ]),
  ),
};

const EVENTS = new Set([
  ...['frameStartedNavigating', 'frameStartedLoading', 'frameScheduledNavigation', 'frameRequestedNavigation'].map(
    page,
  ),
  ...['frameClearedScheduledNavigation', 'frameNavigated', 'navigatedWithinDocument', 'frameAttached'].map(page),
  ...['domContentEventFired', 'loadEventFired', 'frameStoppedLoading', 'javascriptDialogOpening'].map(page),
  'Page.lifecycleEvent',
  'Runtime.executionContextCreated',
  'Runtime.executionContextDestroyed',
  'Runtime.executionContextsCleared',
  'Runtime.bindingCalled',
  'Runtime.consoleAPICalled',
  'Console.messageAdded',
  'DOM.documentUpdated',
  'Network.requestWillBeSent',
  'Network.responseReceived',
  'Network.loadingFinished',
  'Network.loadingFailed',
  'Network.requestServedFromCache',
  'Fetch.requestPaused',
  'Fetch.authRequired',
]);

function page(name: string): string {
  return `Page.${name}`;
}
