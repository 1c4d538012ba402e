import { z } from 'zod';
import { browserVersion, count, me, recoveryCause, restrictions, time } from './parts.js';

/** One session of a directory: one line of `wakey status --json`. */
export const listing = z.object({
  session: z.string().meta({ description: 'The name of the session.' }),
  isLinked: z.boolean().meta({ description: 'Whether the session has a login.' }),
  me: me.exactOptional(),
  linkedAt: time.exactOptional(),
  lostAt: time.exactOptional().meta({ description: 'When the profile turned out to hold no login.' }),
  lastReadyAt: time.exactOptional(),
  restrictions: restrictions.exactOptional(),
  driver: z.string().exactOptional(),
  browser: browserVersion.exactOptional(),
  kept: z.object({ generation: count, at: time }).exactOptional().meta({ description: 'The newest backup.' }),
  proved: z
    .object({ generation: count, at: time })
    .exactOptional()
    .meta({ description: 'The proved backup, and when the session became ready with it.' }),
  recovery: z
    .object({
      at: time,
      why: recoveryCause,
      generation: count
        .exactOptional()
        .meta({ description: 'The backup that was restored; absent if there was none.' }),
      through: count.exactOptional().meta({
        description: 'The last segment of that backup that was applied; absent for the backup alone.',
      }),
      quarantine: z.string().exactOptional().meta({ description: 'Where the former profile is.' }),
    })
    .exactOptional()
    .meta({ description: 'The last recovery.' }),
  setAside: z
    .object({ generation: count, until: time })
    .exactOptional()
    .meta({ description: 'The backup in quarantine after a logout that this program did not request.' }),
  isRunning: z.boolean().meta({ description: 'Whether a live process runs the session.' }),
  holder: z
    .object({ host: z.string(), pid: count, since: time, program: z.string() })
    .exactOptional()
    .meta({ description: 'The process that runs the session.' }),
  problem: z
    .object({ code: z.string(), message: z.string() })
    .exactOptional()
    .meta({ description: 'Why the session cannot be read.' }),
});

/** One finding of a check: one line of `wakey doctor --json`. */
export const finding = z.object({
  event: z.literal('finding'),
  check: z.string().meta({ description: 'Which check found it: stable, for programs.' }),
  is: z.enum(['good', 'note', 'bad']).meta({
    description: '`bad`: something will not work, or not safely. `note`: worth knowing.',
  }),
  what: z.string().meta({ description: 'What the check found, one sentence.' }),
  hint: z.string().exactOptional().meta({ description: 'What to do about it.' }),
  session: z.string().exactOptional().meta({ description: 'The session; absent for the machine.' }),
});

/** The result of all checks: the last line of `wakey doctor --json`. */
export const verdict = z.object({
  event: z.literal('doctor'),
  isWell: z.boolean().meta({ description: 'Whether no finding is `bad` and nothing was left out.' }),
  bad: count,
  notes: count,
  leftOut: z
    .array(z.string())
    .meta({ description: 'The parts that were not checked, because an option left them out.' }),
});
