import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserDriver, type BrowserHandle, isWakeyError, type LaunchOptions } from '@wakey/core';
import { openCalls } from '@wakey/host';
import { type BrowserExamination, examineBrowser } from '@wakey/whatsapp-web';
import { openBlankSite } from './blank-site.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

/** How to run a browser. */
export interface RunBrowserOptions {
  readonly driver: BrowserDriver;
  /** How long the browser may take to start and to answer, in ms. @default 60_000 */
  readonly within?: number;
  /** How long the driver may take after that to give up, and how long to end the browser, in ms. @default 30_000 */
  readonly grace?: number;
  readonly signal: AbortSignal;
}

/**
 * Starts the driver's browser on a temporary profile, tries in it what WhatsApp Web needs, and ends it. Leaves no process and no
 * file, also after the deadline. If the driver ignores the deadline, a finding says that the browser may still run.
 */
export async function runBrowser(options: RunBrowserOptions): Promise<readonly Finding[]> {
  const { driver, within = 60_000, grace = 30_000, signal } = options;
  const findings: Finding[] = [];
  const calls = openCalls();
  let handle: BrowserHandle | undefined;
  const folder = await mkdtemp(join(tmpdir(), 'wakey-doctor-'));
  const site = await openBlankSite();
  const deadline = AbortSignal.timeout(within);
  // A driver ends its work at the deadline. Doctor waits for a driver that does not until this limit.
  const limit = { timeout: Number.POSITIVE_INFINITY, signal: AbortSignal.timeout(within + grace) };
  try {
    const call = { timeout: within, signal: AbortSignal.any([signal, deadline]) };
    const asked = { ...(await profileIn(folder, driver)), ...call };
    handle = await calls.run('Starting the browser', limit, (over) => launch(driver, asked, over));
    const { page, version } = handle;
    findings.push(good('browser-runs', `${version.product} ${version.version} starts`));
    findings.push(...findingsOf(await calls.run('Trying the browser', limit, () => examineBrowser(page, site, call))));
  } catch (error) {
    const isLate = deadline.aborted || isWakeyError(error, 'timeout');
    if (limit.signal.aborted && handle === undefined) findings.push(unstoppable(driver, within + grace));
    else findings.push(isLate && !signal.aborted ? tooLate(within) : badOf('browser-runs', error));
  } finally {
    await calls
      .run('Ending the browser', { timeout: grace }, async () => handle?.close())
      .catch((error: unknown) => findings.push(badOf('browser-runs', error)));
    await site.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return findings;
}

/** Starts the browser, and ends it again if nobody waits for it any more. */
async function launch(driver: BrowserDriver, options: LaunchOptions, over: AbortSignal): Promise<BrowserHandle> {
  const handle = await driver.launch(options);
  if (over.aborted) await handle.close();
  return handle;
}

/** An empty directory for the profile, if the driver's browser keeps one. */
async function profileIn(folder: string, { capabilities }: BrowserDriver): Promise<{ readonly profile?: string }> {
  if (!capabilities.persistentProfile.supported) return {};
  const profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  return { profile };
}

function findingsOf({ has, lacks, misses, unusualName }: BrowserExamination): readonly Finding[] {
  return [
    ...(has.length === 0 ? [] : [good('browser-has', `the page finds ${has.join(', ')}`)]),
    ...(lacks.length === 0
      ? []
      : [
          bad(
            'browser-lacks',
            `WhatsApp Web cannot use this browser: the page finds no ${lacks.join(', no ')}.`,
            'Use another browser or another driver.',
          ),
        ]),
    ...(misses.length === 0
      ? []
      : [note('browser-misses', `The page finds no ${misses.join(', no ')}: some builds of WhatsApp Web use them.`)]),
    ...(unusualName === undefined
      ? []
      : [
          note(
            'browser-name',
            `The user agent is "${unusualName}": WhatsApp Web may refuse this browser. Only the real site can tell.`,
          ),
        ]),
  ];
}

function tooLate(within: number): Finding {
  return bad(
    'browser-runs',
    `The browser did not start and answer within ${within / 1_000} s.`,
    'Check the load and the memory of this machine, then run doctor again. With --skip-browser, doctor does not start it.',
  );
}

function unstoppable({ name }: BrowserDriver, after: number): Finding {
  return bad(
    'browser-runs',
    `The driver ${name} did not stop starting the browser ${after / 1_000} s after it began, although doctor told it to stop. The browser may still run.`,
    'End the browser by hand if it runs, and report this to the authors of the driver.',
  );
}
