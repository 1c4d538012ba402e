import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BrowserOptions, WakeyError } from '@wakey/core';
import { isFileError } from '@wakey/host';
import { decideSandbox, type SandboxDecision } from './sandbox.js';

/** What our command line of Chromium depends on. */
export interface ChromiumOptions
  extends Pick<BrowserOptions, 'args' | 'headless' | 'ignoreCertificateErrors' | 'proxy' | 'sandbox'> {
  readonly executable: string;
  readonly profile: string;
  readonly marker: string;
  /** The user agent for everything the browser sends, workers included. @default the browser's own */
  readonly userAgent?: string | undefined;
}

/** The arguments, and what was decided on the way, for people. */
export interface ChromiumArguments {
  readonly args: readonly string[];
  readonly sandbox: SandboxDecision;
}

/**
 * The command line with which Wakey runs any Chromium: quiet, without automation's marks, the user's arguments last.
 * Rejects with `invalid-argument` when one of these has the browser keep its profile elsewhere, or nowhere.
 */
export async function chromiumArguments(options: ChromiumOptions): Promise<ChromiumArguments> {
  const { executable, profile, marker, headless = true, args = [], proxy, userAgent } = options;
  refuseProfiles(args);
  const sandbox = await decideSandbox({ sandbox: options.sandbox ?? 'auto', executable });
  return {
    sandbox,
    args: [
      ...QUIET,
      ...(headless ? HEADLESS : []),
      ...(sandbox.on ? [] : ['--no-sandbox']),
      ...((await isSharedMemoryScarce()) ? ['--disable-dev-shm-usage'] : []),
      ...(options.ignoreCertificateErrors === true ? ['--ignore-certificate-errors'] : []),
      ...(proxy === undefined ? [] : [`--proxy-server=${proxy.server}`]),
      ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`]),
      `--user-data-dir=${profile}`,
      markerArgument(marker),
      ...withOneFeatureList(args),
    ],
  };
}

/** The marker on the command line, where a system does not show the environment. Chromium ignores it. */
export function markerArgument(marker: string): string {
  return `--wakey-browser-id=${marker}`;
}

/** Whether a binary is the headless shell, which has no window to show. */
export function isHeadlessShell(executable: string): boolean {
  return /headless[-_]shell/.test(basename(executable));
}

/** Containers often have 64 MB of it, and a page that fills it crashes. Chromium can use its temporary directory instead. */
async function isSharedMemoryScarce(): Promise<boolean> {
  try {
    const { blocks, bsize } = await statfs('/dev/shm');
    return blocks * bsize < ENOUGH;
  } catch (error) {
    // Systems without it share memory in another way.
    if (isFileError(error, 'ENOENT', 'EACCES')) return false;
    throw error;
  }
}

/** Refuses arguments by which the login would be kept where nobody holds a lock and no backup is made, or nowhere. */
function refuseProfiles(args: readonly string[]): void {
  for (const arg of args) {
    // As Chromium reads a command line: with white space around, one dash or two; on Windows in capitals, or with a slash.
    const [, name = ''] = /^\s*(?:--?|\/)([\w-]+)(?:=|\s*$)/.exec(arg) ?? [];
    const effect = OTHER_PROFILES[name.toLowerCase()];
    if (effect === undefined) continue;
    throw new WakeyError('invalid-argument', {
      what: `The argument "--${name.toLowerCase()}" ${effect}: the profile belongs to the session.`,
      hint: `Leave "--${name.toLowerCase()}" out of "args"; the sessions directory decides where the profile is.`,
    });
  }
}

const OTHER_PROFILES: Readonly<Record<string, string>> = {
  'user-data-dir': 'moves the login to another directory',
  'profile-directory': 'moves the login to another profile of the directory, which no backup holds',
  'profile-email': 'moves the login to another profile of the directory, which no backup holds',
  guest: 'moves the login to a profile that the browser erases',
  incognito: 'keeps the login in memory, where it ends with the browser',
};

const ENOUGH = 512 * 1024 * 1024;

/** Chromium heeds only the last list of this switch: ours and the user's become one. */
function withOneFeatureList(args: readonly string[]): readonly string[] {
  const prefix = '--disable-features=';
  const theirs = args.filter((arg) => arg.startsWith(prefix)).flatMap((arg) => arg.slice(prefix.length).split(','));
  const rest = args.filter((arg) => !arg.startsWith(prefix));
  return [`${prefix}${[...OFF, ...theirs].join(',')}`, ...rest];
}

/** What a browser does by itself that a login does not need: traffic, prompts, reports, throttling of hidden pages. */
const QUIET = [
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-blink-features=AutomationControlled',
  // A dump of a crash holds the memory of the page: keys and messages.
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-update',
  '--disable-crash-reporter',
  '--disable-default-apps',
  '--disable-hang-monitor',
  '--disable-prompt-on-repost',
  '--disable-quic',
  '--disable-renderer-backgrounding',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  // A write to localStorage is in the files after 1 s, in place of 5 s the first time and up to 60 s later: a backup has it.
  '--enable-aggressive-domstorage-flushing',
  '--hide-crash-restore-bubble',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--no-service-autorun',
  // Without it the profile's keys depend on a desktop's keyring, and do not open elsewhere.
  '--password-store=basic',
  '--use-mock-keychain',
];

/** A page of the size of a window: WhatsApp lays out less in a small one. */
const HEADLESS = ['--headless=new', '--disable-gpu', '--hide-scrollbars', '--mute-audio', '--window-size=1280,900'];

const OFF = ['MediaRouter', 'OptimizationHints', 'Translate'];
