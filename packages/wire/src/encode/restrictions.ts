import type { Restrictions } from '@wakey/core';
import type { ListingJson } from '../types.js';
import { iso } from './time.js';

/** The field `restrictions`; no field if nothing is forbidden. */
export function restrictionsField({ timeLock, messageCapping }: Restrictions): Pick<ListingJson, 'restrictions'> {
  if (timeLock === undefined && messageCapping === undefined) return {};
  return {
    restrictions: {
      ...(timeLock === undefined ? {} : { timeLock: encodeUntil(timeLock) }),
      ...(messageCapping === undefined ? {} : { messageCapping: encodeUntil(messageCapping) }),
    },
  };
}

function encodeUntil<R extends { readonly until?: number }>(restriction: R) {
  const { until, ...facts } = restriction;
  return { ...facts, ...(until === undefined ? {} : { until: iso(until) }) };
}
