import { parseSessionId, type StoreQuarantine } from '@wakey/core';
import { asCall } from './call.js';
import { checkArguments, damaged, handedOut, isIntact, passFence } from './kept-bundle.js';
import type { MemoryPlace } from './memory-place.js';

/** The quarantine of a store in memory. */
export function quarantineIn(place: MemoryPlace): StoreQuarantine {
  return {
    put: (id, { fence, until, ...options }) =>
      asCall(options, async () => {
        checkArguments(fence, {});
        passFence(id, place.look(parseSessionId(id)), fence);
        return place.change(id, (shelf) => {
          const newest = shelf.kept.findLast(isIntact);
          if (newest === undefined && shelf.kept.length > 0) throw damaged(id);
          const isNewer = newest !== undefined && newest.generation > (shelf.aside?.generation ?? 0);
          const aside = isNewer ? { ...newest, until } : shelf.aside;
          if (aside === undefined) return [{ ...shelf, fence }, undefined];
          const kept = shelf.kept.filter((one) => one.generation !== aside.generation);
          return [
            { ...shelf, fence, kept, aside },
            { generation: aside.generation, until: aside.until },
          ];
        });
      }),
    look: (id, options = {}) =>
      asCall(options, async () => {
        const { aside } = place.look(parseSessionId(id));
        return aside && { generation: aside.generation, until: aside.until };
      }),
    read: (id, options = {}) =>
      asCall(options, async () => {
        const { aside } = place.look(parseSessionId(id));
        if (aside !== undefined && !isIntact(aside)) throw damaged(id);
        return aside && handedOut(place, id, aside);
      }),
    clear: (id, { fence, ...options }) =>
      asCall(options, async () => {
        checkArguments(fence, {});
        passFence(id, place.look(parseSessionId(id)), fence);
        place.change(id, ({ aside: _, ...shelf }) => [{ ...shelf, fence }, undefined]);
      }),
  };
}
