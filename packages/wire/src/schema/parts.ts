import { type EndReason, reasons } from '@wakey/core';
import { z } from 'zod';

/** A time in ISO 8601 with milliseconds, in UTC: what `Date.prototype.toISOString` returns. */
export const time = z
  .string()
  .regex(/^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'is not a time such as 2026-11-23T18:00:00.000Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time of the calendar')
  .meta({ id: 'time', description: 'A time in UTC, such as `2026-11-23T18:00:00.000Z`.' });

/** A number from 0 on, such as a count or a time in ms. */
export const amount = z.number().nonnegative();

/** A whole number from 0 on. */
export const count = z.int().nonnegative();

/** How long to wait before the next attempt, in ms. */
export const retryAfter = amount.exactOptional().meta({ description: 'How long WhatsApp asks to wait, in ms.' });

/** Why a device must be linked. */
export const linkCause = z
  .enum(['first-link', 'relink', 'link-failed', 'unlinked-while-away', 'credentials-lost'])
  .meta({
    id: 'linkCause',
    description: 'Why a link is needed: the session was never linked, or why its link is gone.',
  });

/** Why a backup replaces the live profile. */
export const recoveryCause = z
  .enum([
    'profile-packed',
    'profile-missing',
    'profile-damaged',
    'profile-stale',
    'profile-behind',
    'credentials-lost',
    'never-ready',
  ])
  .meta({ id: 'recoveryCause', description: 'Why a backup replaces the live profile.' });

/** How old the profile of a session is. */
export const freshness = {
  from: z.enum(['live', 'newest', 'older']).meta({
    description:
      'The profile that the last browser left; or a backup with everything that was kept until the profile was lost; or a backup that lacks later changes, or may lack them.',
  }),
  age: amount.meta({ description: 'How long ago the profile was in that state, in ms; 0 for `live`.' }),
  missing: count.exactOptional().meta({
    description:
      'How many changes of the page’s databases the profile is known to lack (a message is several); absent if nobody can know.',
  }),
};

/** What a connected page still lacks. */
export const blocker = z
  .enum(['socket', 'own-id', 'synced', 'dialog', 'alive'])
  .meta({ id: 'blocker', description: 'What a connected page still lacks to be ready.' });

/** Every ending of a session. */
export const endReason = z
  // The keys of the table are the endings, and nothing else.
  .enum(Object.keys(reasons) as EndReason[])
  .meta({ id: 'endReason', description: 'Why a session ended: see endings.md.' });

/** What WhatsApp forbids an account that works. */
export const restrictions = z
  .object({
    timeLock: z
      .object({
        kind: z.string().exactOptional().meta({ description: 'The reason, in WhatsApp’s words.' }),
        until: time.exactOptional(),
      })
      .exactOptional()
      .meta({ description: 'The account may write only to people who wrote first.' }),
    messageCapping: z
      .object({
        status: z.enum(['first-warning', 'second-warning', 'capped']),
        used: amount.exactOptional(),
        quota: amount.exactOptional(),
        until: time.exactOptional(),
      })
      .exactOptional()
      .meta({ description: 'The account has started nearly all, or all, of the new chats that it may start.' }),
  })
  .meta({ id: 'restrictions', description: 'What WhatsApp forbids the account; a field for each restriction.' });

/** A browser and its version. */
export const browserVersion = z
  .object({ product: z.string(), version: z.string() })
  .meta({ id: 'browserVersion', description: 'A browser: its product and its version.' });

/** The facts of an error for programs. */
export const details = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .exactOptional()
  .meta({ description: 'Facts of the error for programs: a pid, a path, a holder.' });

/** The account's own id. */
export const me = z.string().meta({ description: 'The account’s own id, such as `447700900000@c.us`.' });
