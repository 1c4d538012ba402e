import { z } from 'zod';
import { browserVersion, count, me, time } from './parts.js';

const session = z.string().meta({ description: 'The name of the session.' });

/** The facts of the login in a bundle. */
const login = {
  me: me.exactOptional(),
  linkedAt: time.exactOptional(),
  browser: browserVersion,
  createdAt: time.meta({ description: 'When the bundle was made.' }),
};

/** Where a login from elsewhere is now. */
const arrival = {
  generation: count.exactOptional().meta({ description: 'The backup of the login; absent without a store.' }),
  quarantine: z.string().exactOptional().meta({ description: 'Where the former profile is.' }),
  formerGeneration: count.exactOptional().meta({ description: 'The backup of the former login.' }),
};

const binary = {
  browser: z.literal('lightpanda'),
  version: z.string().meta({ description: 'The version of the package that contains the browser.' }),
};

const executable = z.string().meta({ description: 'The path of the binary.' });

const keysChanged = {
  session,
  generation: count.meta({ description: 'The newest backup, which the given keys open.' }),
  keepsOlder: z.boolean().meta({ description: 'Whether older backups remain, which the previous keys open.' }),
  proved: count.exactOptional().meta({ description: 'The new number of the proved backup.' }),
  quarantined: z
    .object({ generation: count, until: time })
    .exactOptional()
    .meta({ description: 'The backup in quarantine, which the previous keys open.' }),
};

/** What a command did: the line of `wakey export`, `import`, `migrate` and `keys … --json`, and each line of `browser … --json`. */
export const report = z.discriminatedUnion('event', [
  z
    .object({
      event: z.literal('exported'),
      session,
      file: z.string().nullable().meta({ description: 'The path of the file; `null` for stdout.' }),
      size: count.meta({ description: 'In bytes.' }),
      isEncrypted: z.boolean(),
      from: z.enum(['profile', 'store', 'quarantine']),
      generation: count.exactOptional().meta({ description: 'The backup that was exported.' }),
      isProved: z.boolean().exactOptional(),
      why: z
        .enum(['in-use', 'profile-not-newest'])
        .exactOptional()
        .meta({ description: 'Why the export is from the store and not from the profile.' }),
      damaged: z.array(count).exactOptional().meta({ description: 'Damaged backups that were skipped.' }),
      ...login,
    })
    .meta({ description: 'The result of `wakey export`.' }),
  z
    .object({ event: z.literal('imported'), session, wasEncrypted: z.boolean(), ...login, ...arrival })
    .meta({ description: 'The result of `wakey import`.' }),
  z
    .object({
      event: z.literal('migrated'),
      session,
      from: z.object({
        kind: z.enum(['whatsapp-web.js', 'wppconnect', 'chromium']),
        userDataDir: z.string(),
        profile: z.string(),
      }),
      browser: browserVersion,
      otherSites: count.meta({ description: 'How many other sites have data in the copied profile.' }),
      ...arrival,
    })
    .meta({ description: 'The result of `wakey migrate`.' }),
  z.object({ event: z.literal('keys-add'), ...keysChanged }).meta({ description: 'The result of `wakey keys add`.' }),
  z
    .object({ event: z.literal('keys-rotate'), ...keysChanged })
    .meta({ description: 'The result of `wakey keys rotate`.' }),
  z
    .object({
      event: z.literal('key-generated'),
      keyFile: z.string().meta({ description: 'The path of the file with the secret key.' }),
      recipient: z.string().meta({ description: 'The public key.' }),
    })
    .meta({ description: 'The result of `wakey keys generate`.' }),
  z
    .object({
      event: z.literal('browser-installed'),
      ...binary,
      executable,
      isNew: z.boolean().meta({ description: 'Whether this command has installed it.' }),
    })
    .meta({ description: 'A version that `wakey browser install` installed.' }),
  z
    .object({
      event: z.literal('browser'),
      ...binary,
      executable: executable.exactOptional(),
    })
    .meta({ description: 'A version that `wakey browser list` lists; without `executable` it is not installed.' }),
]);
