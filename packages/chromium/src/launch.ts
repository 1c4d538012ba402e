import {
  assertWritable,
  type BinaryVersion,
  browserLost,
  browserMemory,
  browserVersion,
  chromiumArguments,
  findBrowser,
  isHeadlessShell,
  newMarker,
  openScratch,
  type ProcessExit,
  type RunningBrowser,
  reapLeftovers,
  recordStarted,
  refuseOlder,
  type Scratch,
  startRecorded,
  watchBrowser,
  wayOut,
} from '@wakey/browser-process';
import {
  type BrowserHandle,
  type BrowserOptions,
  type CallOptions,
  isWakeyError,
  type LaunchOptions,
  WakeyError,
} from '@wakey/core';
import { type Calls, timedOut } from '@wakey/host';
import { isDisconnection, openLibraryCalls } from './explain.js';
import { openHandle } from './handle.js';
import type { ChromiumLibrary } from './library.js';
import { openPipe } from './pipe.js';
import { checkProxy } from './proxy.js';
import { sharePipe } from './shared-pipe.js';
import { commandLineUserAgent } from './user-agent.js';

/** Starts a browser, as `BrowserDriver.launch` promises. */
export async function launch<Native>(
  library: ChromiumLibrary<Native>,
  options: BrowserOptions,
  wanted: LaunchOptions,
): Promise<BrowserHandle<Native>> {
  checkProxy(options.proxy);
  const attempt: Attempt<Native> = { library, options, wanted, calls: openLibraryCalls() };
  let work: Promise<BrowserHandle<Native>> | undefined;
  try {
    return await openLibraryCalls().run('Launching the browser', { timeout: TIMEOUT, ...wanted }, (over) => {
      work = start(attempt, over);
      return work;
    });
  } catch (error) {
    const { timeout = TIMEOUT } = wanted;
    const words = attempt.running?.process.stderrText() ?? '';
    // Killing the browser ends a start that hangs. The start may also launch the browser only now, so kill it again
    // after the start ends.
    await attempt.running?.kill();
    const [ended] = await Promise.allSettled([work]);
    await attempt.running?.kill();
    // A process that stays alive is worse than any other error, so report it first.
    if (ended.status === 'rejected' && isWakeyError(ended.reason, 'browser-unkillable')) throw ended.reason;
    await attempt.scratch?.remove();
    if (isWakeyError(error, 'timeout') && words !== '') {
      throw timedOut('Launching the browser', timeout, `; its stderr: ${words}`);
    }
    throw error;
  }
}

interface Attempt<Native> {
  readonly library: ChromiumLibrary<Native>;
  readonly options: BrowserOptions;
  readonly wanted: LaunchOptions;
  readonly calls: Calls;
  scratch?: Scratch;
  running?: RunningBrowser;
}

const TIMEOUT = 30_000;

async function start<Native>(attempt: Attempt<Native>, over: AbortSignal): Promise<BrowserHandle<Native>> {
  const { options, wanted, calls } = attempt;
  const executable = await findBrowser(options);
  checkWindow(executable, options);
  const { profile, writtenBy } = wanted;
  const marker = newMarker();
  const scratch = await openScratch({ marker, profile, env: options.env });
  attempt.scratch = scratch;
  const binary = await browserVersion(executable, { env: scratch.env, signal: over });
  over.throwIfAborted();
  if (profile !== undefined) {
    refuseOlder({ executable, version: binary?.version, writtenBy });
    await assertWritable(profile);
    await reapLeftovers(profile, { temporary: options.env?.TMPDIR });
  }
  over.throwIfAborted();
  const userAgent = commandLineUserAgent(options, binary);
  const { args } = await chromiumArguments({ ...options, executable, profile: scratch.profile, marker, userAgent });
  over.throwIfAborted();
  const process = await startRecorded(scratch, {
    executable,
    args: [...args, '--remote-debugging-pipe', 'about:blank'],
    env: scratch.env,
  });
  const running = watchBrowser({ process, scratch, calls });
  attempt.running = running;
  over.throwIfAborted();
  const died = process.exited.then((exit) => {
    throw diedAtStart(executable, scratch.profile, exit);
  });
  await recordStarted(scratch, process, died);
  return Promise.race([
    died,
    connect(running, scratch, attempt, binary).catch((error: unknown) => {
      // The process reports the reason for the lost connection in a moment.
      if (isDisconnection(error) || isWakeyError(error, 'browser-lost')) return died;
      throw error;
    }),
  ]);
}

async function connect<Native>(
  running: RunningBrowser,
  scratch: Scratch,
  { library, options, calls }: Attempt<Native>,
  binary: BinaryVersion | undefined,
): Promise<BrowserHandle<Native>> {
  const pipe = sharePipe(openPipe(running.process.pipe, () => calls.end(browserLost('its connection closed'))));
  const connection = await library.connectPipe(pipe.theirs, scratch.directory);
  const handle = await openHandle(connection, await connection.firstPage(), calls, options, { binary, pipe });
  const { process, lost } = running;
  // The processes show whether the browser has left, so its answer is not awaited: a dead browser cannot answer.
  const ask = () => void connection.root.send('Browser.close').catch(() => undefined);
  const close = (call?: CallOptions) => running.close(ask, call);
  return { ...handle, ...browserMemory(process), pid: process.record.pid, lost, close };
}

function checkWindow(executable: string, { headless = true }: BrowserOptions): void {
  if (headless || !isHeadlessShell(executable)) return;
  throw new WakeyError('invalid-argument', {
    what: `The headless shell ${executable} cannot show a window.`,
    hint: 'Set "executable" to Chromium or Chrome, or keep "headless" on.',
  });
}

function diedAtStart(executable: string, profile: string, exit: ProcessExit): WakeyError {
  const words = exit.detail === undefined ? '' : ` Its stderr: ${exit.detail}`;
  const advice = 'Frequent causes are the option "sandbox" and missing permissions of the user.';
  const isInUse = exit.exitCode === PROFILE_IN_USE || /ProcessSingleton|profile appears to be in use/.test(words);
  return new WakeyError('browser-failed', {
    what: `The browser ${executable} did not start: ${wayOut(exit)}.${words}`,
    hint: isInUse
      ? `Another browser uses the profile ${profile}, on this or another machine: close that browser first.`
      : exit.detail === undefined
        ? `The browser printed no error. ${advice}`
        : `Read its stderr. ${advice}`,
    details: { executable },
  });
}

/** Chromium's exit code if another process holds the lock of the profile. */
const PROFILE_IN_USE = 21;
