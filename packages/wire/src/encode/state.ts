import { freshnessOf, type State, type StateName, type StateOf } from '@wakey/core';
import type { StateJsonOf } from '../types.js';
import { freshnessFields } from './freshness.js';
import { restrictionsField } from './restrictions.js';
import { iso } from './time.js';

/** A state as JSON. */
export function encodeState<S extends StateName>(state: StateOf<S>): StateJsonOf<S> {
  const fields = fieldsOf[state.name] as (state: State) => object;
  // For each state, the table returns the fields of that state.
  return { state: state.name, ...fields(state) } as StateJsonOf<S>;
}

/** The order of the fields is the order in the output. A state that the schema lacks does not compile. */
const fieldsOf: { readonly [S in StateName]: (state: StateOf<S>) => Omit<StateJsonOf<S>, 'state'> } = {
  stopped: () => ({}),
  starting: ({ phase }) => ({ phase }),
  loading: ({ awaits, missing }) => ({ awaits, missing }),
  'awaiting-qr': ({ seq, remaining, issuedAt, expiresAt, run }) => ({
    ...{ seq, remaining, issuedAt: iso(issuedAt), expiresAt: iso(expiresAt), why: run.why },
  }),
  'awaiting-link-code': ({ phone, code, attempt, expiresAt, run }) => ({
    ...{ phone, direction: code.direction, attempt, expiresAt: iso(expiresAt), why: run.why },
  }),
  'awaiting-passkey': ({ expiresAt, isAnswered }) => ({ expiresAt: iso(expiresAt), isAnswered }),
  linking: ({ since }) => ({ since: iso(since) }),
  resuming: ({ since }) => ({ since: iso(since) }),
  syncing: ({ percent, missing }) => ({ percent, missing }),
  ready: ({ me, since, restrictions, run }) => ({
    ...{ me, since: iso(since), ...freshnessFields(freshnessOf(run)) },
    ...restrictionsField(restrictions),
  }),
  'verifying-logout': ({ by, code, since }) => ({ by, code, since: iso(since) }),
  interrupted: ({ cause, since }) => ({ cause, since: iso(since) }),
  'action-required': ({ what, since }) => ({ what, since: iso(since) }),
  'backing-off': ({ cause, delay, run }) => ({ cause, delay, attempt: run.attempt }),
  'logging-out': () => ({}),
  stopping: ({ phase }) => ({ phase }),
  ended: ({ reason, detail, retryAfter }) => ({ reason, detail, ...(retryAfter === null ? {} : { retryAfter }) }),
};
