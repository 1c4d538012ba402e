import { browserVersion, decideSandbox, findBrowser, type SandboxDecision } from '@wakey/browser-process';
import { bridgesOf } from '@wakey/client';
import { browserEnvironment, type OptionValues, openDriver } from '@wakey/config';
import type { BrowserDriver } from '@wakey/core';
import { answerOf } from '@wakey/host';
import type { doctorOptions } from '../options/commands.js';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import { badOf, type Finding, good, note } from './finding.js';
import { runBrowser } from './run-browser.js';

/** What the checks of the browser need. */
export interface BrowserFacts {
  readonly values: OptionValues<typeof doctorOptions>;
  readonly shell: Pick<Shell, 'env' | 'cwd'>;
  readonly signal: AbortSignal;
}

/** The browser that `wakey start` would use. */
export interface FoundBrowser {
  readonly executable: string;
  /** Undefined if the browser reports no version. */
  readonly version: string | undefined;
}

/** The result of the checks of the browser. */
export interface BrowserCheck {
  readonly findings: readonly Finding[];
  /** Undefined if there is no browser, or one of another kind than Chromium. */
  readonly browser: FoundBrowser | undefined;
}

/** Checks the driver and its browser: finds it, runs it, and tries in it what WhatsApp Web needs. */
export async function checkBrowser({ values, shell, signal }: BrowserFacts): Promise<BrowserCheck> {
  const found = ofChromium.includes(values.driver) ? await lookFor(values, shell) : none;
  let driver: BrowserDriver;
  try {
    driver = await openDriver({ values, cwd: shell.cwd, env: shell.env, own });
  } catch (error) {
    return { findings: [badOf('driver', error), ...found.findings], browser: found.browser };
  }
  const told = [good('driver', `driver ${driver.name}`), ...capabilityFindings(driver), ...found.findings];
  const isFound = found.findings.every(({ is }) => is !== 'bad');
  if (values.skipBrowser || !isFound) return { findings: told, browser: found.browser };
  return { findings: [...told, ...(await runBrowser({ driver, signal }))], browser: found.browser };
}

const none: BrowserCheck = { findings: [], browser: undefined };

/** The drivers whose browser this package can find by itself. Every other driver finds its browser itself at a launch. */
const ofChromium: readonly string[] = ['puppeteer', 'playwright'];

/** Says whether the driver keeps no login, and what the driver adds to its browser. */
function capabilityFindings(driver: BrowserDriver): readonly Finding[] {
  const { persistentProfile } = driver.capabilities;
  const ephemeral = persistentProfile.supported
    ? []
    : [
        note(
          'keeps',
          `This driver keeps no login: ${persistentProfile.reason}`,
          'wakey start needs --ephemeral with it, and every run adds a linked device to the phone.',
        ),
      ];
  return [...ephemeral, ...bridgesOf(driver).map((text) => note('bridged', text))];
}

async function lookFor(values: BrowserFacts['values'], { env }: BrowserFacts['shell']): Promise<BrowserCheck> {
  const { browser = 'auto', headed } = values;
  const forBrowser = browserEnvironment(env, process.platform);
  try {
    const looking = findBrowser({ executable: browser, headless: !headed, env: forBrowser });
    const executable = await answerOf('look for a browser', browser, looking);
    const found = await browserVersion(executable, { env: defined(forBrowser) });
    const told =
      found === undefined
        ? note('browser', `${executable}, which reports no version`)
        : good('browser', `${found.name} ${found.version}: ${executable}`);
    const sandbox = decideSandbox({ sandbox: values.sandbox, executable });
    const findings = [told, sandboxFinding(await answerOf('look at the sandbox', executable, sandbox))];
    return { findings, browser: { executable, version: found?.version } };
  } catch (error) {
    return { findings: [badOf('browser', error)], browser: undefined };
  }
}

function sandboxFinding({ on, reason }: SandboxDecision): Finding {
  if (on) return good('sandbox', `the browser’s sandbox is on: ${reason}`);
  const hint = 'Run as another user than root, or in a container that allows user namespaces.';
  return note('sandbox', `The browser’s sandbox is off: ${reason}.`, hint);
}

function defined(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
