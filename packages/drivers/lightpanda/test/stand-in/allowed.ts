import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './upstream.ts';
import { isSince, type Version } from './versions.ts';

/** Throws the error of Lightpanda for a method that this version does not have. */
export function checkMethod(method: string, version: Version): void {
  const [domain = '', name = ''] = method.split('.');
  const isKnown = data.methods[domain]?.includes(name) === true;
  if (isKnown && (isSince(version, '1.0.2') || !data.since_1_0_2.includes(method))) return;
  throw new Refusal(-32601, `'${method}' wasn't found`);
}

/** Whether this version ever sends the event. */
export function sendsEvent(event: string, version: Version): boolean {
  return EVENTS.has(event) || (event === 'Runtime.exceptionThrown' && isSince(version, '1.0.2'));
}

const data = JSON.parse(readFileSync(join(import.meta.dirname, 'methods.json'), 'utf8')) as {
  readonly methods: Readonly<Record<string, readonly string[]>>;
  readonly since_1_0_2: readonly string[];
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
