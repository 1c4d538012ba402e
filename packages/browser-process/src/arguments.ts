import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BrowserOptions, WakeyError } from '@wakey/core';
import { isFileError } from '@wakey/host';
import { decideSandbox, type SandboxDecision } from './sandbox.js';

/** What Wakey's command line for Chromium depends on. */
export interface ChromiumOptions
  extends Pick<BrowserOptions, 'args' | 'headless' | 'ignoreCertificateErrors' | 'proxy' | 'sandbox'> {
  readonly executable: string;
  readonly profile: string;
  readonly marker: string;
  /** The user agent for everything that the browser sends, workers included. @default the browser's own */
  readonly userAgent?: string | undefined;
}

/** The arguments, and the decision about the sandbox, for messages. */
export interface ChromiumArguments {
  readonly args: readonly string[];
  readonly sandbox: SandboxDecision;
}

/**
 * Returns the command line with which Wakey runs any Chromium: without background traffic and signs of automation, and
 * with the user's arguments last. Rejects with `invalid-argument` if one of the user's arguments moves the profile
 * elsewhere or keeps it in memory.
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

/**
 * Returns the marker of a browser, the id by which Wakey finds its processes, as an argument: some systems do not show
 * the environment of a process. Chromium ignores the argument.
 */
export function markerArgument(marker: string): string {
  return `--wakey-browser-id=${marker}`;
}

/** Whether a binary is the headless shell, which cannot show a window. */
export function isHeadlessShell(executable: string): boolean {
  return /headless[-_]shell/.test(basename(executable));
}

/**
 * Whether shared memory is small: containers often have 64 MB, and a page that fills it crashes. Chromium can then use
 * its temporary directory instead.
 */
async function isSharedMemoryScarce(): Promise<boolean> {
  try {
    const { blocks, bsize } = await statfs('/dev/shm');
    return blocks * bsize < ENOUGH;
  } catch (error) {
    // Systems without /dev/shm share memory in another way.
    if (isFileError(error, 'ENOENT', 'EACCES')) return false;
    throw error;
  }
}

/** Refuses arguments that would store the login in memory, or in a place without lock and backups. */
function refuseProfiles(args: readonly string[]): void {
  for (const arg of args) {
    // Match as Chromium parses a command line: with white space around, with one dash or two, on Windows in capitals or
    // with a slash.
    const [, name = ''] = /^\s*(?:--?|\/)([\w-]+)(?:=|\s*$)/.exec(arg) ?? [];
    const effect = OTHER_PROFILES[name.toLowerCase()];
    if (effect === undefined) continue;
    throw new WakeyError('invalid-argument', {
      what: `The argument "--${name.toLowerCase()}" ${effect}, but the profile belongs to the session.`,
      hint: `Remove "--${name.toLowerCase()}" from "args"; the sessions directory decides where the profile is.`,
    });
  }
}

const OTHER_PROFILES: Readonly<Record<string, string>> = {
  'user-data-dir': 'moves the login to another directory',
  'profile-directory': 'moves the login to another profile of the directory, which no backup contains',
  'profile-email': 'moves the login to another profile of the directory, which no backup contains',
  guest: 'moves the login to a profile that the browser erases',
  incognito: 'keeps the login in memory, where it ends with the browser',
};

const ENOUGH = 512 * 1024 * 1024;

/** Merges the user's list of disabled features with Wakey's, because Chromium uses only the last list. */
function withOneFeatureList(args: readonly string[]): readonly string[] {
  const prefix = '--disable-features=';
  const theirs = args.filter((arg) => arg.startsWith(prefix)).flatMap((arg) => arg.slice(prefix.length).split(','));
  const rest = args.filter((arg) => !arg.startsWith(prefix));
  return [`${prefix}${[...OFF, ...theirs].join(',')}`, ...rest];
}

/**
 * Switches off what a browser does by itself and a login does not need: traffic, prompts, reports, throttling of hidden
 * pages.
 */
const QUIET = [
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-blink-features=AutomationControlled',
  // A crash dump contains the memory of the page: keys and messages.
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
  // Chromium then writes localStorage to disk after 1 s, not after 5 s the first time and up to 60 s later, so that a
  // backup contains it.
  '--enable-aggressive-domstorage-flushing',
  '--hide-crash-restore-bubble',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--no-service-autorun',
  // Without this switch the keys of the profile depend on the desktop's keyring, and the profile does not open on
  // another machine.
  '--password-store=basic',
  '--use-mock-keychain',
];

/** Gives the page the size of a window, because WhatsApp shows less in a small one. */
const HEADLESS = ['--headless=new', '--disable-gpu', '--hide-scrollbars', '--mute-audio', '--window-size=1280,900'];

const OFF = ['MediaRouter', 'OptimizationHints', 'Translate'];
