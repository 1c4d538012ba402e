import { z } from 'zod';
import {
  amount,
  browserVersion,
  count,
  details,
  freshness,
  linkCause,
  me,
  recoveryCause,
  restrictions,
  retryAfter,
  time,
} from './parts.js';
import { states } from './states.js';

/** What every event begins with. */
const stamp = {
  time: time.meta({ description: 'When the event happened.' }),
  session: z.string().meta({ description: 'The name of the session.' }),
};

/** A code that lets a stranger into the account, or takes part in it. `withoutSecrets` removes the field. */
const secret = (description: string) =>
  z
    .string()
    .exactOptional()
    .meta({ description: `${description} Absent if the sender withheld it.`, 'x-secret': true });

const recovery = { ...stamp, event: z.literal('recovery'), why: recoveryCause };
const quarantine = z
  .string()
  .nullable()
  .meta({ description: 'Where the former profile is; `null` if there was none.' });
const linkCode = {
  ...{ ...stamp, event: z.literal('link-code'), phone: z.string() },
  ...{ attempt: count, issuedAt: time, expiresAt: time },
};

/** Each notice of a session. */
const notices = [
  z
    .object({
      ...{ ...stamp, event: z.literal('qr') },
      qr: secret('The text of the QR code to draw.'),
      ...{ seq: count, remaining: count, issuedAt: time, expiresAt: time },
    })
    .meta({ description: 'A QR code to scan.' }),
  z.discriminatedUnion('direction', [
    z
      .object({
        ...linkCode,
        direction: z.literal('type-on-phone'),
        code: secret('The code that a person types on the phone.'),
      })
      .meta({ description: 'A link code that a person types on the phone.' }),
    z
      .object({
        ...linkCode,
        direction: z.literal('type-here'),
        again: z.boolean().meta({ description: 'Whether the last entry was wrong.' }),
      })
      .meta({ description: 'The phone shows a link code, and a person types it into Wakey.' }),
  ]),
  z
    .object({
      ...{ ...stamp, event: z.literal('passkey') },
      request: secret('The request options of WebAuthn, as JSON.'),
      expiresAt: time,
    })
    .meta({ description: 'WhatsApp asks for the account’s passkey.' }),
  z
    .object({ ...stamp, event: z.literal('rescan'), why: linkCause })
    .meta({ description: 'A person has to link the device again although the session had a login.' }),
  z
    .object({
      ...{ ...stamp, event: z.literal('fallback') },
      ...{ from: z.literal('link-code'), to: z.literal('qr'), why: z.string(), retryAfter },
    })
    .meta({ description: 'Linking by code failed; a QR code follows.' }),
  z.object({ ...stamp, event: z.literal('linked') }).meta({ description: 'The phone linked the device.' }),
  z
    .object({
      ...{ ...stamp, event: z.literal('ready'), me, how: z.enum(['linked', 'resumed', 'reconnected']) },
      ...freshness,
    })
    .meta({ description: 'The session is proved usable.' }),
  z
    .object({ ...stamp, event: z.literal('restrictions'), restrictions })
    .meta({ description: 'The restrictions of the account changed; empty if they are over.' }),
  z
    .object({
      ...{ ...stamp, event: z.literal('restarting') },
      ...{ cause: z.string(), delay: amount.meta({ description: 'In ms.' }), attempt: count },
    })
    .meta({ description: 'The browser starts again after a delay.' }),
  z
    .object({
      ...{ ...stamp, event: z.literal('renewing') },
      memory: count.meta({ description: 'What the browser uses now, in bytes.' }),
      baseline: count.meta({ description: 'What the browser used once the session was ready in it, in bytes.' }),
    })
    .meta({ description: 'A new browser replaces the present one, which uses too much memory; `ready` follows.' }),
  z
    .object({ ...stamp, event: z.literal('takeover'), count })
    .meta({ description: 'Wakey takes WhatsApp Web back from another client; `count` says how often in a row.' }),
  z
    .object({
      ...{ ...stamp, event: z.literal('saved') },
      generation: count.exactOptional().meta({ description: 'The number of the backup; absent without a store.' }),
    })
    .meta({ description: 'The login is saved.' }),
  z.discriminatedUnion('step', [
    z
      .object({ ...recovery, step: z.literal('restoring') })
      .meta({ description: 'The profile is of no use, and Wakey looks for a backup.' }),
    z
      .object({
        ...{ ...recovery, step: z.literal('restored'), generation: count, quarantine },
        damaged: z.array(count).meta({ description: 'Newer backups that turned out damaged.' }),
        ...freshness,
        isAgain: z.boolean().meta({
          description: 'Whether this same state was restored before, and nothing newer was kept since.',
        }),
      })
      .meta({ description: 'Wakey restored a backup.' }),
    z
      .object({ ...recovery, step: z.literal('link-again'), quarantine })
      .meta({ description: 'No backup can bring the login back.' }),
  ]),
  z
    .object({ ...stamp, event: z.literal('warning'), what: z.string() })
    .meta({ description: 'Something that a person should know; the session goes on.' }),
] as const;

function entered<S extends z.core.$ZodLooseShape>(state: z.ZodObject<S>) {
  return z.object({ ...stamp, event: z.literal('state'), ...state.shape });
}

/** A change of the state, also within a state. */
const stateEvents = z.discriminatedUnion('state', [
  ...([entered(states.stopped), entered(states.starting), entered(states.loading)] as const),
  ...([entered(states['awaiting-qr']), entered(states['awaiting-link-code'])] as const),
  ...([entered(states['awaiting-passkey']), entered(states.linking), entered(states.resuming)] as const),
  ...([entered(states.syncing), entered(states.ready), entered(states['verifying-logout'])] as const),
  ...([entered(states.interrupted), entered(states['action-required'])] as const),
  ...([entered(states['backing-off']), entered(states['logging-out']), entered(states.stopping)] as const),
]);

/** An event of a session: one line of `wakey start --json`. */
export const event = z.discriminatedUnion('event', [
  stateEvents,
  ...notices,
  z
    .object({ ...stamp, event: z.literal('browser'), ...browserVersion.shape, pid: count.exactOptional() })
    .meta({ description: 'A browser has started.' }),
  states.ended
    .extend({
      ...{ ...stamp, event: z.literal('ended') },
      message: z.string().exactOptional().meta({ description: 'What happened, and what to do.' }),
      details,
    })
    .meta({ description: 'The session ended by itself. It is the last event.' }),
  z
    .object({
      ...{ ...stamp, event: z.literal('failed') },
      code: z.string().exactOptional().meta({ description: 'The stable code of the error, if it has one.' }),
      ...{ message: z.string(), details },
    })
    .meta({ description: 'The command failed without an ending of the session. It is the last event.' }),
]);
