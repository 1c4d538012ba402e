import { createSession, type Session } from '@wakey/client';
import { type OpenPartsOptions, openParts } from '@wakey/config';
import type { Policy, WakeyError } from '@wakey/core';
import { whatsappWeb } from '@wakey/whatsapp-web';
import { type WatchedDriver, watchedDriver } from '../drivers/watched-driver.js';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';

/** What a session of the command line needs. */
export interface OpenSessionOptions {
  readonly id: string;
  readonly values: OpenPartsOptions['values'];
  readonly policy: Partial<Policy>;
  /** Whether nothing of the session is kept. @default false */
  readonly ephemeral?: boolean;
  /** The name of this program in the session's lock and lease, for processes that want the session too. */
  readonly program: string;
  readonly view: View;
  readonly shell: Shell;
}

/** A session that is not started yet, and its browsers, which a command can kill. */
export interface OpenedSession {
  readonly session: Session;
  readonly browsers: WatchedDriver;
}

/** Makes a session from the options of a command, and reports it to `view`. Throws a UsageError if a part cannot be loaded. */
export async function openSession(options: OpenSessionOptions): Promise<OpenedSession> {
  const { id, values, policy, ephemeral = false, program, view, shell } = options;
  const warn = ({ message, code }: WakeyError) => view.log('warn', message, { code });
  const parts = await openParts({ values, cwd: shell.cwd, env: shell.env, own, warn });
  const browsers = watchedDriver(parts.driver, (facts) => view.browser(facts));
  const session = createSession({
    ...parts,
    id,
    driver: browsers.driver,
    page: whatsappWeb({ url: values.url }),
    policy,
    ephemeral,
    log: (level, message, fields) => view.log(level, message, fields),
    program,
  });
  session.on('state', (state) => view.state(state));
  for (const notice of notices) session.on(notice, (payload) => view.notice(payload));
  return { session, browsers };
}

const notices = [
  ...(['qr', 'link-code', 'passkey', 'rescan', 'fallback', 'linked', 'ready', 'restrictions'] as const),
  ...(['restarting', 'renewing', 'takeover', 'saved', 'recovery', 'warning', 'ended'] as const),
];
