import { resolve } from 'node:path';
import { listSessions, type SessionListing } from '@wakey/client';
import type { SessionStore } from '@wakey/core';
import type { FindingJson, VerdictJson } from '@wakey/wire';
import { checkBrowser } from '../doctor/check-browser.js';
import { checkKeeping } from '../doctor/check-keeping.js';
import { checkMachine } from '../doctor/check-machine.js';
import { checkPlace } from '../doctor/check-place.js';
import { checkSession } from '../doctor/check-session.js';
import { costOfLoss } from '../doctor/cost-of-loss.js';
import { badOf, type Finding } from '../doctor/finding.js';
import { profileFormatOf } from '../drivers/profile-format.js';
import { DONE, UNWELL } from '../exit-codes.js';
import { doctorOptions } from '../options/commands.js';
import { requireSession } from '../session/require-session.js';
import type { Shell } from '../shell.js';
import { type Paint, paintFor } from '../terminal/paint.js';
import { untilSignal } from '../transfer/until-signal.js';
import { plain } from '../views/plain-view.js';
import { type CommandInput, command } from './command.js';

/** `wakey doctor`: checks everything that a session needs, and says what to do. */
export const doctor = command({
  name: 'doctor',
  summary: 'Check everything that a session needs, and say how to repair what is wrong.',
  description:
    'Starts the browser on a temporary profile and ends it. Changes nothing and prints no secret. Give it the same keys, store, driver and browser as wakey start.',
  session: { fallback: '', doc: 'Name of one session. Without it: all sessions.' },
  options: doctorOptions,
  examples: [
    ['doctor', 'check this machine and every session of this directory'],
    ['doctor main --key-file wakey.key', 'check main, and whether the key opens its backups'],
  ],
  isReport: true,
  run: (input, shell) => untilSignal(shell, (signal) => examine(input, shell, signal)),
});

async function examine(
  { session, values }: CommandInput<typeof doctorOptions>,
  shell: Shell,
  signal: AbortSignal,
): Promise<number> {
  const sessionsDir = resolve(shell.cwd, values.sessionsDir);
  const only = session === '' ? undefined : await requireSession(session, values, shell);
  const report = reporter(shell, values.json);
  const checked = await checkBrowser({ values, shell, signal });
  if (signal.aborted) throw signal.reason;
  for (const finding of [...checked.findings, ...(await checkMachine())]) report.tell(finding);
  for (const finding of await checkPlace(sessionsDir)) report.tell(finding);
  const keeping = await checkKeeping(values, shell);
  for (const finding of keeping.findings) report.tell(finding);
  if (keeping.store !== undefined) {
    for (const finding of await lossIn(keeping.store, values.driver, shell)) report.tell(finding);
  }
  for (const listing of only === undefined ? await sessionsIn(sessionsDir, report.tell) : [only]) {
    const { id, record } = listing;
    const found = [
      ...(await checkSession(listing, {
        sessionsDir,
        driver: values.driver,
        cwd: shell.cwd,
        browser: checked.browser,
      })),
      ...(await keeping.ofSession(id, record?.linkedAt !== undefined)),
    ];
    for (const finding of found) report.tell({ ...finding, session: id });
  }
  return report.end(values.skipBrowser ? [BROWSER] : []) === 0 ? DONE : UNWELL;
}

/** What `--skip-browser` leaves out. */
const BROWSER = 'browser';

async function lossIn(store: SessionStore, driver: string, { cwd }: Shell): Promise<readonly Finding[]> {
  try {
    return costOfLoss(store, await profileFormatOf(driver, cwd), driver);
  } catch (error) {
    return [badOf('segments', error)];
  }
}

async function sessionsIn(sessionsDir: string, tell: (finding: Finding) => void): Promise<readonly SessionListing[]> {
  try {
    return await listSessions({ sessionsDir });
  } catch (error) {
    tell(badOf('sessions', error));
    return [];
  }
}

/** Prints findings as they come. `end` takes the names of the parts that were not checked, and returns the number of bad findings. */
function reporter({ out, env }: Pick<Shell, 'out' | 'env'>, isJson: boolean) {
  const paint = paintFor(out, env);
  const put = (line: FindingJson | VerdictJson) => void out.write(`${JSON.stringify(line)}\n`);
  let bad = 0;
  let notes = 0;
  let heading: string | undefined;
  return {
    tell(finding: Finding): void {
      if (finding.is === 'bad') bad++;
      if (finding.is === 'note') notes++;
      if (isJson) return void put({ event: 'finding', ...finding });
      if (finding.session !== heading) out.write(`\n${paint.bold(finding.session ?? '')}\n`);
      heading = finding.session;
      out.write(linesOf(plain(finding), paint));
    },
    end(leftOut: readonly string[]): number {
      const isWell = bad === 0 && leftOut.length === 0;
      if (isJson) put({ event: 'doctor', isWell, bad, notes, leftOut });
      else out.write(`\n${bad > 0 ? paint.bad(`${bad} to repair.`) : wellText(leftOut, paint)}\n`);
      return bad;
    },
  };
}

function wellText(leftOut: readonly string[], paint: Paint): string {
  if (leftOut.length === 0) return paint.good('All is well.');
  return paint.warm(`Nothing to repair was found. Not looked at: ${leftOut.join(', ')}.`);
}

function linesOf({ is, what, hint }: Finding, paint: Paint): string {
  const mark = { good: paint.good('✓'), note: paint.warm('!'), bad: paint.bad('✗') }[is];
  return `${mark} ${what.replaceAll('\n', '\n  ')}\n${hint === undefined ? '' : `  ${paint.dim(hint)}\n`}`;
}
