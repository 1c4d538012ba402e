import {
  assertWritable,
  type BrowserProcess,
  browserLost,
  browserVersion,
  newMarker,
  openScratch,
  type ProcessExit,
  type RunningBrowser,
  reapLeftovers,
  recordStarted,
  refuseOlder,
  startRecorded,
  systemClock,
  watchBrowser,
  wayOut,
} from '@wakey/browser-process';
import { type BrowserHandle, type BrowserOptions, isWakeyError, type LaunchOptions, WakeyError } from '@wakey/core';
import { type Calls, openCalls, timedOut } from '@wakey/host';
import type { Page } from 'puppeteer-core';
import { connectBidi } from './bidi.ts';
import { environment, findFirefox, guarded } from './firefox.ts';
import { openPage } from './page.ts';
import { writePreferences } from './preferences.ts';
import { AUTH_REQUIRED, authenticateProxy } from './proxy.ts';

/** Starts a Firefox, as `BrowserDriver.launch` promises. */
export async function launch(options: BrowserOptions, wanted: LaunchOptions): Promise<BrowserHandle<Page>> {
  const attempt: Attempt = { calls: openCalls() };
  let work: Promise<unknown> | undefined;
  try {
    return await openCalls().run('Launching Firefox', wanted, (over) => {
      const started = start(attempt, options, wanted, over);
      work = started;
      return started;
    });
  } catch (error) {
    const words = attempt.running?.process.stderrText() ?? '';
    // Killing the browser ends a start that hangs. The start may launch the browser only after this kill, so kill it again.
    await attempt.running?.kill();
    await Promise.allSettled([work]);
    await attempt.running?.kill();
    await attempt.remove?.();
    if (!isWakeyError(error, 'timeout') || words === '') throw error;
    throw timedOut('Launching Firefox', wanted.timeout ?? 30_000, `; its stderr: ${words}`);
  }
}

/** What a failed launch has to end and to remove: the calls, the browser, the temporary directory. */
interface Attempt {
  readonly calls: Calls;
  running?: RunningBrowser;
  remove?: () => Promise<void>;
}

async function start(attempt: Attempt, options: BrowserOptions, wanted: LaunchOptions, over: AbortSignal) {
  const { profile, writtenBy } = wanted;
  const executable = await findFirefox(options);
  const scratch = await openScratch({ marker: newMarker(), profile, env: options.env });
  attempt.remove = scratch.remove;
  if (writtenBy !== undefined) {
    const binary = await browserVersion(executable, { env: scratch.env, signal: over });
    refuseOlder({ executable, version: binary?.version, writtenBy });
  }
  if (profile !== undefined) {
    await assertWritable(profile);
    await reapLeftovers(profile, { temporary: options.env?.TMPDIR });
  }
  over.throwIfAborted();
  await writePreferences(scratch.profile, options);
  over.throwIfAborted();
  const process = await startRecorded(scratch, {
    ...guarded(executable, argumentsFor(options, scratch.profile)),
    env: {
      ...scratch.env,
      ...environment,
      ...(options.sandbox === 'off' ? { MOZ_DISABLE_CONTENT_SANDBOX: '1' } : {}),
    },
  });
  const running = watchBrowser({ process, scratch, calls: attempt.calls, helpersLeave: 0 });
  attempt.running = running;
  over.throwIfAborted();
  const died = process.exited.then((exit) => {
    throw diedAtStart(executable, exit);
  });
  await recordStarted(scratch, process, died);
  return Promise.race([died, connect(running, attempt.calls, options, over)]);
}

function argumentsFor({ headless = true, args = [] }: BrowserOptions, profile: string): readonly string[] {
  // Port 0: Firefox chooses a free port and prints it.
  const ours = ['--no-remote', '--profile', profile, '--remote-debugging-port=0'];
  return [...ours, ...(headless ? ['--headless'] : []), ...args];
}

async function connect(running: RunningBrowser, calls: Calls, options: BrowserOptions, over: AbortSignal) {
  const { proxy, ignoreCertificateErrors = false } = options;
  const { process, lost } = running;
  const hasCredentials = proxy?.username !== undefined;
  const bidi = await connectBidi(await endpointOf(process, over), {
    acceptInsecureCerts: ignoreCertificateErrors,
    ours: hasCredentials ? [AUTH_REQUIRED] : [],
    onClosed: () => calls.end(browserLost('its connection closed')),
  });
  if (hasCredentials) await authenticateProxy(bidi, proxy);
  const page = await openPage(bidi, calls);
  const [product = '', version = ''] = (await bidi.browser.version()).split('/');
  // We do not wait for the answer, which a dying Firefox may never send: `running.close` watches its processes instead.
  const ask = () => void bidi.send('browser.close', {}).catch(() => undefined);
  const { pid } = process.record;
  const close: BrowserHandle['close'] = (call) => running.close(ask, call);
  return { page, version: { product: product.replace(/^f/, 'F'), version }, pid, lost, close };
}

/** Firefox writes its address to stderr once it listens. */
async function endpointOf(process: BrowserProcess, over: AbortSignal): Promise<string> {
  for (;;) {
    over.throwIfAborted();
    const [, endpoint] = /WebDriver BiDi listening on (ws:\S+)/.exec(process.stderrText()) ?? [];
    if (endpoint !== undefined) return endpoint;
    await systemClock.wait(POLL);
  }
}

const POLL = 20;

function diedAtStart(executable: string, exit: ProcessExit): WakeyError {
  const words = exit.detail === undefined ? '' : ` Its stderr: ${exit.detail}`;
  return new WakeyError('browser-failed', {
    what: `The browser ${executable} did not start: ${wayOut(exit)}.${words}`,
    hint: 'Read its stderr, and check that this path is a Firefox that this user may run.',
    details: { executable },
  });
}
