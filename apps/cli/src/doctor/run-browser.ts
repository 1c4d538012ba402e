import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserDriver, type BrowserHandle, isWakeyError } from '@wakey/core';
import { type BrowserExamination, examineBrowser } from '@wakey/whatsapp-web';
import { openBlankSite } from './blank-site.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

/** How to run a browser. */
export interface RunBrowserOptions {
  readonly driver: BrowserDriver;
  /** How long the browser may take to start and to answer, in ms. @default 60_000 */
  readonly within?: number;
  readonly signal: AbortSignal;
}

/**
 * Starts the driver's browser on a temporary profile, tries in it what WhatsApp Web needs, and ends it. Leaves no process and no
 * file, also after the deadline.
 */
export async function runBrowser({ driver, within = 60_000, signal }: RunBrowserOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let handle: BrowserHandle | undefined;
  const folder = await mkdtemp(join(tmpdir(), 'wakey-doctor-'));
  const site = await openBlankSite();
  const deadline = AbortSignal.timeout(within);
  try {
    const call = { timeout: within, signal: AbortSignal.any([signal, deadline]) };
    handle = await driver.launch({ ...(await profileIn(folder, driver)), ...call });
    findings.push(good('browser-runs', `${handle.version.product} ${handle.version.version} starts`));
    findings.push(...findingsOf(await examineBrowser(handle.page, site, call)));
  } catch (error) {
    const isLate = deadline.aborted || isWakeyError(error, 'timeout');
    findings.push(isLate && !signal.aborted ? tooLate(within) : badOf('browser-runs', error));
  } finally {
    await handle?.close().catch((error: unknown) => findings.push(badOf('browser-runs', error)));
    await site.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return findings;
}

/** An empty directory for the profile, if the driver's browser keeps one. */
async function profileIn(folder: string, { capabilities }: BrowserDriver): Promise<{ readonly profile?: string }> {
  if (!capabilities.persistentProfile.supported) return {};
  const profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  return { profile };
}

function findingsOf({ has, lacks, misses }: BrowserExamination): readonly Finding[] {
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
  ];
}

function tooLate(within: number): Finding {
  return bad(
    'browser-runs',
    `The browser did not start and answer within ${within / 1_000} s, and was ended.`,
    'Check the load and the memory of this machine, then run doctor again. With --skip-browser, doctor does not start it.',
  );
}
