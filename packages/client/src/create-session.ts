import {
  type BrowserDriver,
  type Command,
  type Concealed,
  freshnessOf,
  isWakeyError,
  type Notice,
  type PageAdapter,
  type Policy,
  parseSessionId,
  type Secret,
  type SessionStore,
  type State,
  type StateOf,
  secret,
  WakeyError,
} from '@wakey/core';
import { type Clock, systemClock, thisPlatform } from '@wakey/host';
import { whatsappWeb } from '@wakey/whatsapp-web';

import { bridgesOf } from './bridges.js';
import { emitter } from './emitter.js';
import { assertKept, EPHEMERAL_WARNING, withoutProfile } from './ephemeral.js';
import { parseGrace } from './grace.js';
import { lapsingNotice, lapsingState } from './lapsing.js';
import { type Log, redacted } from './log.js';
import { parsePhone, phoneDoubt } from './phone.js';
import { policyFor } from './policy.js';
import { checkDriver } from './profile/recorded-format.js';
import { parseProgram } from './program.js';
import { detailOf } from './runtime/parts.js';
import { createRuntime } from './runtime/runtime.js';
import type { ReadyFacts, Session, SessionEvents, StartOptions } from './session.js';
import { statesOf } from './states.js';
import { aborted, abortedStart, endedError, stoppedError, type Verdict, waitFor } from './waits.js';

/** Options of `createSession`. */
export interface SessionOptions<Native> {
  /** 1 to 64 letters, digits, `.`, `_`, `-`. One login of one account. */
  readonly id: string;
  readonly driver: BrowserDriver<Native>;
  /** The directory of all sessions; created if it is missing. Sessions of one directory may run at the same time. */
  readonly sessionsDir: string;
  /**
   * The store that holds the session's backups, from which Wakey restores a lost or damaged profile. The session also takes
   * its lease there, in addition to the lock of its directory. @default none: a login that the live profile loses is lost
   */
  readonly store?: SessionStore;
  /**
   * Where the live profile is while the session runs. `auto`: in memory if the store is encrypted and the system has a memory-backed directory with 512 MB free, else on the disk. An absolute path: in that directory, if it is memory-backed and has room.
   * @default 'auto'
   */
  readonly liveProfile?: 'auto' | 'disk' | (string & {});
  /** @default whatsappWeb() */
  readonly page?: PageAdapter;
  /** Changes to `defaultPolicy`. */
  readonly policy?: Partial<Policy>;
  /** @default no log */
  readonly log?: Log;
  /** @default the system's */
  readonly clock?: Clock;
  /** 0 to 1, for the spread of back-offs. @default Math.random */
  readonly random?: () => number;
  /**
   * After a logout that this program did not request: how long the newest backup stays in the store's quarantine before it
   * is destroyed, in ms; 0 destroys it at once, as `logout` and `relink` do. @default 604_800_000, 7 days
   */
  readonly keepAfterLogout?: number;
  /**
   * Whether nothing of this session is kept: its browsers run without a profile, and `store` and `liveProfile` are not used. The
   * login ends with its browser, and every run adds a linked device to the phone. A driver without the capability
   * `persistentProfile` needs `true`. @default false
   */
  readonly ephemeral?: boolean;
  /** The name of this program, which others read while it holds the session: one line, at most 200 characters. @default 'wakey' */
  readonly program?: string;
}

/**
 * Creates a session that is not running: it reads, locks and starts nothing before `start`. Throws `invalid-session-id`, and
 * `invalid-argument` for a policy or a `keepAfterLogout` that Wakey cannot apply, a `program` that is not one line, or a driver
 * without a format for the profiles that it keeps. Throws `unsupported` for a driver that keeps no profile, unless `ephemeral` is
 * true.
 */
export function createSession<Native>(options: SessionOptions<Native>): Session<Native> {
  const id = parseSessionId(options.id);
  const { sessionsDir, page = whatsappWeb(), clock = systemClock, random = Math.random } = options;
  const { ephemeral: isEphemeral = false } = options;
  checkDriver(options.driver);
  if (!isEphemeral) assertKept(options.driver);
  const driver = isEphemeral ? withoutProfile(options.driver) : options.driver;
  const store = isEphemeral ? undefined : options.store;
  const { log: givenLog = () => undefined } = options;
  const log = redacted(givenLog);
  const warn = (what: string) => {
    log('warn', what, {});
    events.emit('warning', { type: 'warning', what });
  };
  let isWarned = false;
  const events = emitter<SessionEvents<Native>>((event, thrown) => {
    log('error', 'a listener has thrown an error', { event: String(event), error: thrown });
    const isHeard = options.log !== undefined || (event !== 'warning' && events.has('warning'));
    // Nobody reads the log or the warnings: let Node report the error as an unhandled rejection.
    if (!isHeard) void Promise.reject(thrown);
    else if (event !== 'warning') {
      events.emit('warning', { type: 'warning', what: `A listener of "${String(event)}" threw: ${detailOf(thrown)}` });
    }
  });
  // The public form of the last state, so that readers of the same state get the same object.
  let shown: { readonly of: State; readonly as: State } | undefined;
  const current = () => {
    const of = runtime.state();
    if (shown?.of !== of) shown = { of, as: lapsingState(of, clock) };
    return shown.as;
  };
  const runtime = createRuntime({
    parts: {
      id,
      sessionsDir,
      memoryDir: memoryDirOf({ ...options, driver }),
      program: parseProgram(options.program),
      keepAfterLogout: parseGrace(options.keepAfterLogout),
      driver,
      isEphemeral,
      page,
      store,
      policy: policyFor(driver, options),
      clock,
      log,
      warn,
    },
    random,
    // Only pages of this session's driver get here.
    onPage: (native) => events.emit('page', native as Native),
    onState: () => events.emit('state', current()),
    onNotice: (notice) => {
      // `SessionEvents` lists each notice under the name of its type.
      const payload = lapsingNotice(notice, clock) as SessionEvents<Native>[Notice['type']];
      events.emit(notice.type, payload);
    },
  });
  const told: Told = { id, refusal: runtime.refusal };
  const watched = { current, onState: (listener: (state: State) => void) => events.on('state', listener) };
  const command = async (wanted: Command) => {
    const sent = runtime.send(wanted);
    const outcome = typeof sent === 'string' ? sent : await sent;
    if (outcome === 'refused') throw refused(id, wanted.type, runtime.state().name);
  };
  /** Before the first start can show a code. */
  const warnOfDriver = () => {
    if (isWarned) return;
    isWarned = true;
    if (isEphemeral) warn(EPHEMERAL_WARNING);
    for (const text of bridgesOf(driver)) warn(text);
  };
  const warnOfPhone = (phone: string) => {
    const doubt = phoneDoubt(phone);
    if (doubt === undefined) return;
    const what = `The phone number may be wrong: ${doubt}. Wakey requests a code for it all the same: accounts keep the ids of former numbering plans.`;
    warn(what);
  };
  const begin = async (
    wanted: Command,
    isDone: (state: State) => boolean,
    signal: StartOptions['signal'],
  ): Promise<void> => {
    // Nothing was started, so a session that already runs is not stopped.
    if (signal?.aborted === true) throw aborted(signal);
    await command(wanted);
    warnOfDriver();
    if ('phone' in wanted && wanted.phone !== undefined) warnOfPhone(wanted.phone);
    try {
      await waitFor(watched, (state) => verdictOfBegin(told, state, isDone), signal);
    } catch (error) {
      if (!isWakeyError(error, 'aborted')) throw error;
      await session.stop();
      throw abortedStart(wanted.type, signal);
    }
  };

  const session: Session<Native> = {
    id,
    get state() {
      return current();
    },
    get page() {
      // A session holds only handles of its own driver.
      return runtime.native() as Native | undefined;
    },
    start: async ({ phone, signal } = {}) =>
      begin({ type: 'start', ...phoneOf(phone) }, ({ name }) => name !== 'starting' && name !== 'backing-off', signal),
    relink: async ({ phone, signal } = {}) =>
      begin({ type: 'relink', ...phoneOf(phone) }, ({ name }) => name.startsWith('awaiting-'), signal),
    async stop({ signal } = {}) {
      await command({ type: 'stop' });
      await waitFor(watched, verdictOfStop, signal);
    },
    async logout({ signal } = {}) {
      await command({ type: 'logout' });
      await waitFor(watched, (state) => verdictOfLogout(told, state), signal);
    },
    ready: ({ signal } = {}) =>
      waitFor(
        watched,
        (state): Verdict<ReadyFacts> => {
          if (state.name === 'ready') return { value: factsOf(state) };
          return verdictOfRest(told, state);
        },
        signal,
      ),
    submitLinkCode: (code) => command({ type: 'submit-link-code', code: concealed(code) }),
    answerPasskey: (answer) => command({ type: 'answer-passkey', answer: concealed(answer) }),
    refusePasskey: () => command({ type: 'refuse-passkey' }),
    states: (wait = {}) => statesOf(watched, wait),
    on: (event, listener) => events.on(event, listener),
    [Symbol.asyncDispose]: () => session.stop(),
  };
  return session;
}

function memoryDirOf<N>({ liveProfile = 'auto', store, driver }: SessionOptions<N>): string | undefined {
  if (liveProfile === 'disk' || driver.profileFormat === undefined) return undefined;
  if (liveProfile !== 'auto') return liveProfile;
  return store?.isEncrypted === true ? thisPlatform.memoryDir : undefined;
}

const WAIT = { wait: true } as const;

/** The session that an error is about. */
interface Told {
  readonly id: string;
  readonly refusal: () => unknown;
}

function verdictOfRest({ id, refusal }: Told, state: State): Verdict<never> {
  if (state.name === 'ended') return { error: endedError(state, refusal()) };
  if (state.name === 'stopped') return { error: stoppedError(id) };
  return WAIT;
}

function verdictOfBegin(told: Told, state: State, isDone: (state: State) => boolean): Verdict<undefined> {
  const rest = verdictOfRest(told, state);
  if ('error' in rest) return rest;
  return state.name !== 'stopping' && isDone(state) ? { value: undefined } : WAIT;
}

function verdictOfStop(state: State): Verdict<undefined> {
  if (state.name === 'ended' && state.reason === 'browser-unkillable') return { error: endedError(state) };
  return state.name === 'stopped' || state.name === 'ended' ? { value: undefined } : WAIT;
}

function verdictOfLogout(told: Told, state: State): Verdict<undefined> {
  if (state.name === 'ended' && state.reason === 'logged-out-by-us') return { value: undefined };
  return verdictOfRest(told, state);
}

function phoneOf(phone: string | undefined): { readonly phone?: string } {
  return phone === undefined ? {} : { phone: parsePhone(phone) };
}

function concealed(value: string | Secret): Concealed {
  return typeof value === 'string' ? secret(value) : value;
}

function refused(id: string, command: Command['type'], state: string): WakeyError {
  return new WakeyError('command-refused', {
    what: `Session "${id}" cannot do "${command}" while it is ${state}.`,
    hint: 'Wait until the session is in a state that allows it, or call stop() first.',
    details: { command, state },
  });
}

function factsOf({ me, since, restrictions, run }: StateOf<'ready'>): ReadyFacts {
  return { me, since, restrictions, ...freshnessOf(run) };
}
