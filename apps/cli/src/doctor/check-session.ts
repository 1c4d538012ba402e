import { refuseOlder } from '@wakey/browser-process';
import { examineSession, type SessionExamination, type SessionListing, type SessionRecord } from '@wakey/client';
import { profileFormatOf } from '../drivers/profile-format.js';
import { ageText, browserText, countText, iso, sizeText } from '../transfer/facts.js';
import type { FoundBrowser } from './check-browser.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

/** Where the session is, the driver, and its browser if that was found. */
export interface SessionPlace {
  readonly sessionsDir: string;
  readonly driver: string;
  readonly cwd: string;
  readonly browser: FoundBrowser | undefined;
}

/** Checks one session: its record and its holder, its profile if the session does not run, and traces of earlier failures. */
export async function checkSession(
  listing: SessionListing,
  { sessionsDir, driver, cwd, browser }: SessionPlace,
): Promise<readonly Finding[]> {
  const { id, problem, record } = listing;
  if (problem !== undefined) return [badOf('record', problem)];
  const found = [
    holder(listing),
    linked(record),
    ...proved(record),
    ...refused(record),
    ...recovered(record),
    ...setAside(record),
  ];
  try {
    const format = await profileFormatOf(driver, cwd);
    const profile = examined(id, await examineSession({ sessionsDir, id, format }), record);
    return [...found, ...profile, ...(format.anyVersion === true ? [] : olderBrowser(record, browser))];
  } catch (error) {
    return [...found, badOf('profile', error)];
  }
}

/** Whether the browser would damage the profile, because a later one wrote it. */
function olderBrowser(record: SessionRecord | undefined, browser: FoundBrowser | undefined): readonly Finding[] {
  if (browser === undefined || record?.linkedAt === undefined) return [];
  try {
    refuseOlder({ ...browser, writtenBy: record.browser });
    return [];
  } catch (error) {
    return [badOf('browser-older', error)];
  }
}

function holder({ isHeld, holder: named }: SessionListing): Finding {
  const who = named === undefined ? 'somebody' : `${named.program}, process ${named.pid} on ${named.host}`;
  if (isHeld) return good('holder', `run by ${who}`);
  if (named === undefined) return good('holder', 'not running');
  return note('holder', `Not running; ${who} ended without releasing the session.`, 'The next start repairs this.');
}

function linked(record: SessionRecord | undefined): Finding {
  const { linkedAt, lostAt, me, lastReadyAt, browser } = record ?? {};
  if (linkedAt === undefined) return note('linked', 'not linked');
  if (lostAt !== undefined)
    return note('linked', `The profile held no login at ${iso(lostAt)}.`, 'The next start shows a code.');
  const whose = me === undefined ? '' : ` as ${me}`;
  const ready = lastReadyAt === undefined ? '' : `, last ready ${ageText(Date.now() - lastReadyAt)}`;
  const by = browser === undefined ? '' : `, written by ${browserText(browser)}`;
  return good('linked', `linked${whose} since ${iso(linkedAt)}${ready}${by}`);
}

function proved(record: SessionRecord | undefined): readonly Finding[] {
  if (record?.proved === undefined) return [];
  const { generation, at } = record.proved;
  const age = ageText(Date.now() - at);
  return [
    good(
      'proved',
      `backup ${generation} is proved: the session became ready with it after a restart, ${age}; no later backup removes it`,
    ),
  ];
}

function refused(record: SessionRecord | undefined): readonly Finding[] {
  const numbers = (record?.refused ?? []).map(({ generation }) => generation);
  if (numbers.length === 0) return [];
  return [
    note('refused', `Backup ${numbers.join(', ')} was tried and did not become ready. Wakey does not try it again.`),
  ];
}

function recovered(record: SessionRecord | undefined): readonly Finding[] {
  if (record?.recovery === undefined) return [];
  const { at, why, generation } = record.recovery;
  const outcome = generation === undefined ? 'there was no backup' : `restored backup ${generation}`;
  return [note('recovery', `Last recovered ${iso(at)} (${why}): ${outcome}.`)];
}

function setAside(record: SessionRecord | undefined): readonly Finding[] {
  if (record?.setAside === undefined) return [];
  const { generation, until } = record.setAside;
  return [
    note(
      'set-aside',
      `After a logout that you did not command, backup ${generation} stays in quarantine until ${iso(until)}.`,
      `If there was no logout: wakey export ${record.id} --from-quarantine. To destroy it now: wakey relink ${record.id}`,
    ),
  ];
}

function examined(
  id: string,
  { profile, profileDir, isInMemory, strayBrowser, quarantine, open, isErasing }: SessionExamination,
  record: SessionRecord | undefined,
): readonly Finding[] {
  return [
    ...(profile === undefined ? [] : [profileFinding(profile, { record, isInMemory })]),
    ...open.map(({ path, mode }) =>
      bad(
        'modes',
        `Other users can read ${path}: its mode is ${mode}.`,
        `Run: chmod 700 '${path}', or start the session once.`,
      ),
    ),
    ...(strayBrowser === undefined
      ? []
      : [
          bad(
            'stray-browser',
            `Process ${strayBrowser} runs a browser on ${profileDir}, but no process holds the session.`,
            `Run wakey start ${id} once and stop it: that ends the browser.`,
          ),
        ]),
    ...(quarantine.count === 0
      ? []
      : [
          note(
            'quarantine',
            `${countText(quarantine.count, 'profile')} in quarantine, ${sizeText(quarantine.bytes)}.`,
            'Profiles in quarantine are secret too. Delete them when the session works again.',
          ),
        ]),
    ...(isErasing
      ? [note('erasure', 'A crash interrupted the erasing of its login.', 'The next start finishes it.')]
      : []),
  ];
}

function profileFinding(
  profile: NonNullable<SessionExamination['profile']>,
  { record, isInMemory }: { readonly record: SessionRecord | undefined; readonly isInMemory: boolean },
): Finding {
  const where = isInMemory ? ', in memory' : '';
  if (profile.is === 'intact') return good('profile', `its profile is sound${where}`);
  if (profile.is === 'empty' && record?.linkedAt === undefined) return good('profile', 'its profile is empty');
  const hasCopy = record?.keptAt !== undefined;
  if (profile.is === 'damaged') {
    return bad(
      'profile',
      `Its profile is damaged: ${profile.why}.`,
      hasCopy ? 'The next start moves it to quarantine and restores a backup.' : 'Link it again: wakey relink.',
    );
  }
  if (hasCopy) return good('profile', 'its profile is empty: the next start restores the newest backup');
  return bad('profile', 'Its profile holds no login, and no backup is recorded.', 'Link it again: wakey relink.');
}
