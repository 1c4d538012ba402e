import { resolve } from 'node:path';
import { listSessions, type RecoveryRecord, type SessionListing, type SessionRecord } from '@wakey/client';
import { placeOptions } from '@wakey/config';
import { encodeListing } from '@wakey/wire';
import { DONE } from '../exit-codes.js';
import { outputOptions } from '../options/commands.js';
import { requireSession } from '../session/require-session.js';
import { paintFor } from '../terminal/paint.js';
import { browserText } from '../transfer/facts.js';
import { plain } from '../views/plain-view.js';
import { restrictionsText } from '../views/restrictions-text.js';
import { command } from './command.js';

/** `wakey status`: lists the sessions and the processes that run them. */
export const status = command({
  name: 'status',
  summary: 'List the sessions: their accounts, whether they are linked, and which process runs them.',
  session: { fallback: '', doc: 'Name of one session. Without it: all sessions.' },
  options: { ...placeOptions, ...outputOptions },
  examples: [['status', 'list every session of this directory']],
  isReport: true,
  async run({ session, values }, { out, env, cwd }) {
    const wanted = session === '' ? undefined : session;
    const sessionsDir = resolve(cwd, values.sessionsDir);
    const found =
      wanted === undefined ? await listSessions({ sessionsDir }) : [await requireSession(wanted, values, { cwd })];
    const paint = paintFor(out, env);
    if (values.json) for (const one of found) out.write(`${JSON.stringify(encodeListing(one))}\n`);
    else if (found.length === 0) out.write(`No sessions in ${sessionsDir}. Start one with: npx wakey start\n`);
    else
      for (const one of found)
        out.write(
          `${paint.bold(one.id)}\n${plain(details(one))
            .map((line) => `  ${line}\n`)
            .join('')}`,
        );
    return DONE;
  },
});

function details({ isHeld, holder, record, problem }: SessionListing): readonly string[] {
  if (problem !== undefined) return [`unreadable: ${problem.message}`];
  const {
    lastReadyAt,
    driver,
    browser,
    keptAt,
    generation,
    proved,
    recovery,
    setAside,
    restrictions = {},
  } = record ?? {};
  return [
    linkText(record),
    ...(lastReadyAt === undefined ? [] : [`last ready ${iso(lastReadyAt)}`]),
    ...restrictionsText(restrictions).map((text) => `restricted: ${text}`),
    ...(browser === undefined ? [] : [`${browserText(browser)}, driver ${driver}`]),
    ...(keptAt === undefined ? [] : [`last backup ${iso(keptAt)} (number ${generation})`]),
    ...(proved === undefined
      ? []
      : [`proved backup: ${proved.generation}, which became ready after a restart ${iso(proved.at)}`]),
    ...(recovery === undefined ? [] : [recovered(recovery)]),
    ...(setAside === undefined
      ? []
      : [`after a logout: backup ${setAside.generation} is in quarantine until ${iso(setAside.until)}`]),
    running(isHeld, holder),
  ];
}

function linkText({ linkedAt, lostAt, me }: Partial<SessionRecord> = {}): string {
  if (linkedAt === undefined) return 'not linked';
  if (lostAt !== undefined)
    return `not linked: the profile held no login at ${iso(lostAt)}; the next start shows a code`;
  return `linked${me === undefined ? '' : ` as ${me}`} since ${iso(linkedAt)}`;
}

function recovered({ at, why, generation, quarantine }: RecoveryRecord): string {
  const outcome = generation === undefined ? 'there was no backup' : `restored backup ${generation}`;
  const aside = quarantine === undefined ? '' : `; the broken profile is in quarantine: ${quarantine}`;
  return `recovered ${iso(at)} (${why}): ${outcome}${aside}`;
}

function running(isHeld: boolean, holder: SessionListing['holder']): string {
  if (!isHeld) return 'not running';
  if (holder === undefined) return 'running';
  return `running: ${holder.program}, process ${holder.pid} on ${holder.host}, since ${iso(holder.since)}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
