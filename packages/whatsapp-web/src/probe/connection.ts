import type { Finder, Found } from './finder.js';
import { ask, attempt, functionOf, objectOf, type PageObject, textOf } from './page-window.js';
import { shownRef } from './qr.js';

/** Returns the state of the socket, as WhatsApp names it. */
export function socketState(finder: Finder): string | undefined {
  return firstOf(finder.every('socket-state'), {
    WAWebSocketModel: (socket) => textOf(socket.state),
    WAWebBackendEventBus: (bus) => textOf(bus.socketState),
    WAWebStreamModel: (stream) => stateOfStream(stream, finder),
  });
}

/** Whether the page reports a connection but has no stream: in this state it never reconnects by itself. */
export function isStreamless(finder: Finder): boolean {
  return isCut(finder) && socketModel(finder)?.state === 'CONNECTED';
}

/** Whether the page has no stream. */
export function isCut(finder: Finder): boolean {
  return socketModel(finder)?.stream === 'DISCONNECTED';
}

function socketModel(finder: Finder): PageObject | undefined {
  return objectOf(finder.every('socket-state').find(isSocketModel)?.values[0]);
}

function isSocketModel({ place }: Found): boolean {
  return 'module' in place && place.module === 'WAWebSocketModel';
}

/**
 * Whether the page has finished its synchronization. The probe reads the value, because the page emits its event also
 * when it unsets the value.
 */
export function hasSynced(finder: Finder): boolean {
  const synced = firstOf(finder.every('has-synced'), {
    WAWebSocketModel: (socket) => ('hasSynced' in socket ? Boolean(socket.hasSynced) : undefined),
    WAWebStreamModel: (stream) => stream.mode === 'MAIN',
  });
  return synced ?? false;
}

/** Whether a device is registered; undefined while the page cannot tell. */
export function isRegistered(finder: Finder): boolean | undefined {
  for (const { place, values } of finder.every('is-registered')) {
    const tell = functionOf(values[0]);
    if (tell === undefined || !('module' in place)) continue;
    const told = attempt(() => ({ value: tell() }));
    if (told !== undefined) return Boolean(told.value);
  }
  return undefined;
}

/** Whether the page believes that it has a network. The browser's own flag is not used: it ignores loopback. */
export function isOnline(finder: Finder): boolean {
  const stream = objectOf(finder.first('network')?.values[0]);
  return stream?.mode !== 'OFFLINE' && stream?.info !== 'OFFLINE';
}

/** Id of the account without the number of the device. */
export function ownId(finder: Finder): string | undefined {
  for (const { values } of finder.every('own-id')) {
    const tell = functionOf(values[0]);
    const wid = tell === undefined ? objectOf(values[0])?.wid : attempt(() => tell());
    const id = textOf(objectOf(wid)?._serialized) ?? textOf(wid);
    if (id !== undefined) return id.replace(/:\d+(?=@)/, '');
  }
  return undefined;
}

/** How much of the messages that arrived while the page was offline has been loaded, 0 to 100. */
export function syncPercent(finder: Finder): number | undefined {
  for (const { place, values } of finder.every('sync-percent')) {
    const part = objectOf(values[0]);
    const raw = 'module' in place ? ask(part, 'getOfflineDeliveryProgress') : percentOfBar(part);
    if (typeof raw === 'number' && Number.isFinite(raw)) return Math.round(Math.min(100, Math.max(0, raw)));
  }
  return undefined;
}

type Readers<T> = Readonly<Record<string, (part: PageObject) => T | undefined>>;

/** Returns the value of the first part that has one. */
function firstOf<T>(found: readonly Found[], readers: Readers<T>): T | undefined {
  for (const { place, values } of found) {
    const part = objectOf(values[0]);
    const read = 'module' in place ? readers[place.module] : undefined;
    const value = part === undefined ? undefined : attempt(() => read?.(part));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Derives the state of the socket from what the main window shows. */
function stateOfStream({ mode, info }: PageObject, finder: Finder): string | undefined {
  if (mode === 'MAIN') return 'CONNECTED';
  if (mode === 'OFFLINE') return 'TIMEOUT';
  if (mode === 'SYNCING') return info === 'SYNCING' || info === 'RESUMING' ? 'CONNECTED' : 'OPENING';
  if (mode !== 'QR') return textOf(mode);
  if (finder.has({ selector: '[data-ref] button' })) return 'UNPAIRED_IDLE';
  return shownRef(finder) === undefined ? 'OPENING' : 'UNPAIRED';
}

function percentOfBar(bar: PageObject | undefined): number | undefined {
  const { value, max } = bar ?? {};
  if (typeof value !== 'number' || typeof max !== 'number' || max <= 0) return undefined;
  return (100 * value) / max;
}
