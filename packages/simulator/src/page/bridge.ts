import type { LiveTroubles } from './context.ts';
import type { Models } from './models/models.ts';

/** Carries events from the part of the page that talks to the service to the part that the user sees. */
export interface Bridge {
  tell(event: BridgeEvent, ...values: readonly unknown[]): void;
}

/** Name of an event that crosses the bridge, without the suffix that the name has on `Cmd`. */
export type BridgeEvent = keyof typeof places;

/**
 * Where each event fires in addition to `Cmd`, on which its name ends in `_from_bridge`. `bus`: on `BackendEventBus` in
 * every build. `older-bus` and `older-cmd`: on `BackendEventBus` or on `Cmd` under the bare name, only in older builds.
 */
const places = {
  logout: ['bus', 'older-cmd'],
  starting_logout: ['older-bus'],
  account_temporarily_banned: ['older-bus'],
  initial_load_ready: ['older-bus'],
  service_unavailable_503: ['older-bus'],
  socket_stream_disconnected: ['bus'],
  open_socket_stream: ['bus'],
  main_stream_mode_ready: ['bus'],
  offline_delivery_end: ['bus'],
  offline_progress_update: ['older-cmd'],
} as const satisfies Readonly<Record<string, readonly ('bus' | 'older-bus' | 'older-cmd')[]>>;

/** See {@link Bridge}. The trouble `eventNames` decides whether events also fire in the older places. */
export function makeBridge({ bus, cmd }: Models, troubles: LiveTroubles): Bridge {
  return {
    tell(event, ...values) {
      const isOlder = troubles.now().eventNames === 'both';
      for (const place of places[event]) {
        if (place === 'older-cmd' && isOlder) cmd.trigger(event, ...values);
        // A build that fires this event on the bus fires it only for a ban, never for the end of one.
        const isNews = event !== 'account_temporarily_banned' || isBan(values[0]);
        if (place === 'bus' || (place === 'older-bus' && isOlder && isNews)) bus.trigger(event, ...values);
      }
      cmd.trigger(`${event}_from_bridge`, ...values);
    },
  };
}

function isBan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'banned' in value && value.banned === true;
}
