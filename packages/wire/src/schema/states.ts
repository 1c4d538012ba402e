import type { StateName } from '@wakey/core';
import { z } from 'zod';
import {
  amount,
  blocker,
  count,
  endReason,
  freshness,
  linkCause,
  me,
  restrictions,
  retryAfter,
  time,
} from './parts.js';

/** Each state by its name, and as the only object that has this name in its field `state`. No state carries a code. */
export const states = {
  stopped: z.object({ state: z.literal('stopped') }),
  starting: z.object({
    state: z.literal('starting'),
    phase: z.enum(['opening', 'clearing', 'erasing', 'restoring', 'launching', 'navigating']),
  }),
  loading: z.object({
    state: z.literal('loading'),
    awaits: z.enum(['page', 'qr', 'link-code']),
    missing: z.array(z.string()).meta({ description: 'The parts that the page itself waits for.' }),
  }),
  'awaiting-qr': z.object({
    state: z.literal('awaiting-qr'),
    seq: count.meta({ description: 'The number of the code, from 1.' }),
    remaining: count.meta({ description: 'How many more codes the session may show after this one.' }),
    issuedAt: time,
    expiresAt: time,
    why: linkCause,
  }),
  'awaiting-link-code': z.object({
    state: z.literal('awaiting-link-code'),
    phone: z.string(),
    direction: z.enum(['type-on-phone', 'type-here']),
    attempt: count.meta({ description: 'The number of the code, from 1.' }),
    expiresAt: time,
    why: linkCause,
  }),
  'awaiting-passkey': z.object({
    state: z.literal('awaiting-passkey'),
    expiresAt: time,
    isAnswered: z.boolean().meta({ description: 'Whether the page got an answer.' }),
  }),
  linking: z.object({ state: z.literal('linking'), since: time }),
  resuming: z.object({ state: z.literal('resuming'), since: time }),
  syncing: z.object({
    state: z.literal('syncing'),
    percent: z.number().meta({ description: 'From 0 to 100.' }),
    missing: z.array(blocker),
  }),
  ready: z.object({
    ...{ state: z.literal('ready'), me, since: time, ...freshness },
    restrictions: restrictions.exactOptional(),
  }),
  'verifying-logout': z.object({
    state: z.literal('verifying-logout'),
    by: z.enum(['phone', 'us', 'page']),
    code: z.string().nullable().meta({ description: 'WhatsApp’s own reason; `null` if WhatsApp names none.' }),
    since: time,
  }),
  interrupted: z.object({
    state: z.literal('interrupted'),
    cause: z.enum(['network', 'phone', 'conflict', 'page-silent']),
    since: time,
  }),
  'action-required': z.object({
    state: z.literal('action-required'),
    what: z.string().meta({ description: 'What a person has to do.' }),
    since: time,
  }),
  'backing-off': z.object({
    state: z.literal('backing-off'),
    cause: z.string(),
    delay: amount.meta({ description: 'In ms, until the browser starts again.' }),
    attempt: count,
  }),
  'logging-out': z.object({ state: z.literal('logging-out') }),
  stopping: z.object({
    state: z.literal('stopping'),
    phase: z.enum(['proving', 'closing', 'erasing', 'saving', 'releasing']),
  }),
  ended: z.object({
    state: z.literal('ended'),
    reason: endReason,
    detail: z.string().meta({ description: 'The facts of this case for a person; empty without facts.' }),
    retryAfter,
  }),
} as const satisfies { readonly [S in StateName]: z.ZodObject };

/** A state of a session. */
export const state = z.discriminatedUnion('state', [
  ...([states.stopped, states.starting, states.loading] as const),
  ...([states['awaiting-qr'], states['awaiting-link-code'], states['awaiting-passkey']] as const),
  ...([states.linking, states.resuming, states.syncing, states.ready] as const),
  ...([states['verifying-logout'], states.interrupted, states['action-required']] as const),
  ...([states['backing-off'], states['logging-out'], states.stopping, states.ended] as const),
]);
