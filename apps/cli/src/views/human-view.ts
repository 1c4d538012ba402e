import { stripVTControlCharacters } from 'node:util';
import type { SessionState } from '@wakey/client';
import { escaped, isWakeyError, type Notice, plainText, type Restrictions, type Run, type StateOf } from '@wakey/core';
import type { Paint } from '../terminal/paint.js';
import { drawQr } from '../terminal/qr.js';
import { type Out, openScreen } from '../terminal/screen.js';
import { textOfEnding, textOfError } from './error-text.js';
import { costTexts } from './freshness-text.js';
import { logLine } from './log-line.js';
import { renewalText } from './renewal-text.js';
import { restrictionsText } from './restrictions-text.js';
import { shortDuration } from './short-duration.js';
import { isEveryday, recoveryText, stoppedText, textOfState } from './state-text.js';
import type { View } from './view.js';

/** The outputs, the colours and the clock of a view that prints text for a user. */
export interface HumanViewOptions {
  readonly out: Out;
  readonly err: Out;
  readonly paint: Paint;
  readonly now: () => number;
  /** Calls `tick` every `ms`. Returns a function that ends this. */
  readonly every: (ms: number, tick: () => void) => () => void;
  readonly isVerbose: boolean;
  /** The command that resumes the session. */
  readonly resume: string;
}

/** Prints states as lines, and draws the code to scan with a countdown that is redrawn in place. */
export function humanView({ out, err, paint, now, every, isVerbose, resume }: HumanViewOptions): View {
  const screen = openScreen(out);
  let state: SessionState = { name: 'stopped' };
  let since = now();
  let drawn: { readonly seq: number; readonly lines: readonly string[] } | undefined;
  let shownPercent = -Infinity;
  /** The last known run; undefined until the session's directory is read. */
  let run: Run | undefined;

  const line = (name: string, text: string) =>
    screen.print(
      `${paint.dim(clockTime(now()))}  ${paintName(paint, name)(name.padEnd(WIDEST))}  ${text.replaceAll(/\s*\n\s*/g, ' ')}`,
    );
  const redraw = () => screen.live(liveLines());
  const stopTicking = screen.isLive ? every(TICK, redraw) : () => undefined;

  function liveLines(): readonly string[] {
    if (state.name === 'awaiting-qr')
      return ['', ...(drawn === undefined ? [] : inRoom(drawn.lines)), countdown(state)];
    if (state.name === 'awaiting-link-code') return ['', ...linkCodeLines(state)];
    if (state.name === 'awaiting-passkey') return [];
    if (state.name === 'syncing') return [`  ${bar(state.percent)} ${textOfState(state)}`];
    if (state.name === 'ready')
      return [paint.dim(`  Ctrl-C stops it; ${state.run.isEphemeral ? 'nothing' : 'the login'} is kept.`)];
    if (state.name === 'stopped' || state.name === 'ended') return [];
    return [paint.dim(`  ${plainText(textOfState(state))} …${longWait(state, now() - since)}`)];
  }

  function countdown({ seq, remaining, expiresAt }: StateOf<'awaiting-qr'>): string {
    const left = expiresAt - now();
    const text = `code ${seq} of ${seq + remaining} · expires in ${Math.max(0, Math.ceil(left / 1_000))} s`;
    return `  ${left < HURRY ? paint.warm(text) : text}${paint.dim('   WhatsApp › Linked devices › Link a device')}`;
  }

  function linkCodeLines({ code, expiresAt }: StateOf<'awaiting-link-code'>): readonly string[] {
    if (code.direction === 'type-here') return [];
    const left = shortDuration(expiresAt - now());
    return [
      `      ${paint.bold(grouped(code.code.reveal()))}      expires in ${left}`,
      '',
      paint.dim('  WhatsApp › Linked devices › Link a device ›'),
      paint.dim('  Link with phone number instead'),
    ];
  }

  /** The lines of the code, or how much room the code needs. An enlarged terminal shows the code at the next redraw. */
  function inRoom(lines: readonly string[]): readonly string[] {
    const { columns = 80, rows = 24 } = out;
    const needed = { columns: Math.max(...lines.map(widthOf)), rows: lines.length + BESIDES };
    if (columns >= needed.columns && rows >= needed.rows) return [...lines, ''];
    const [needs, has] = [`${needed.columns} × ${needed.rows}`, `${columns} × ${rows}`];
    return [
      `  ${paint.warm(`The code needs ${needs} characters; this terminal has ${has}.`)}`,
      '  Enlarge the terminal, or use a smaller font.',
      `  Or stop, and link without a camera: ${resume} --link-code <number>`,
      '',
    ];
  }

  /** Without a live part, prints each code once. */
  function showQr(awaiting: StateOf<'awaiting-qr'>): void {
    if (drawn?.seq === awaiting.seq) return;
    const lines = drawQr(awaiting.qr.reveal(), { colours: paint.isOn }).map((row) => `  ${row}`);
    drawn = { seq: awaiting.seq, lines };
    if (!screen.isLive) screen.print('', ...lines, '', countdown(awaiting));
  }

  function enter(next: SessionState): void {
    since = now();
    if (next.name === 'starting') drawn = undefined;
    const isNews = !(isBetweenCodes(next) && drawn !== undefined);
    if (next.name === 'syncing') shownPercent = -Infinity;
    if (next.name === 'syncing' && screen.isLive) line('syncing', 'loading messages');
    if (next.name === 'stopped') line('stopped', stoppedText(resume, run));
    else if (isNews && next.name !== 'syncing') line(next.name, textOfState(next));
    if (next.name === 'awaiting-link-code' && next.code.direction === 'type-on-phone' && !screen.isLive) {
      screen.print(...linkCodeLines(next));
    }
  }

  return {
    browser: ({ product, version, pid }) =>
      line('browser', `${product} ${version}${pid === undefined ? '' : paint.dim(`  process ${pid}`)}`),
    state(next) {
      const { name } = state;
      state = next;
      if (knowsLogin(next)) run = next.run;
      if (name !== next.name) enter(next);
      if (next.name === 'awaiting-qr') showQr(next);
      if (next.name === 'syncing' && (next.percent >= shownPercent + STEP || next.percent < shownPercent)) {
        shownPercent = next.percent;
        if (!screen.isLive) line('syncing', textOfState(next));
      }
      redraw();
    },
    notice(notice) {
      if (notice.type === 'passkey') screen.print('', ...howToSign(notice.request.reveal()));
      if (notice.type === 'linked' && run?.isEphemeral === true) line('linked', 'nothing of this login is kept');
      else tellNotice(notice, line);
      if (notice.type === 'ready' && notice.from === 'older')
        for (const text of costTexts(resume)) line('warning', text);
    },
    tell: (text) => screen.print('', `  ${text.replaceAll('\n', '\n  ')}`, ''),
    log(level, message, fields) {
      const isShown = isVerbose || level === 'warn' || level === 'error';
      if (isShown) screen.around(() => err.write(`${paint.dim(logLine(level, message, fields, now()))}\n`));
    },
    failed(error) {
      screen.live([]);
      const ending = state.name === 'ended' && isWakeyError(error, state.reason) ? state : undefined;
      const text = ending === undefined ? textOfError(error, paint, isVerbose) : textOfEnding(ending, paint);
      err.write(`\n${text}\n`);
    },
    close() {
      stopTicking();
      screen.live([]);
      screen.close();
    },
  };
}

/**
 * Only a browser of the account's owner can sign, on WhatsApp's own address. The text that the owner pastes into its console is
 * JSON and cannot contain code: the page adapter writes it from the parts of the page's request that it knows.
 */
function howToSign(request: string): readonly string[] {
  const options = escaped(JSON.stringify(JSON.parse(request)));
  return [
    '  Open https://web.whatsapp.com in the browser that holds the passkey,',
    '  and run in its console:',
    '',
    'copy(JSON.stringify(await navigator.credentials.get({ publicKey:',
    `PublicKeyCredential.parseRequestOptionsFromJSON(${options})`,
    '})))',
    '',
    '  That copies the assertion.',
  ];
}

/** Prints the notices whose facts no state shows. */
function tellNotice(notice: Notice, line: (name: string, text: string) => void): void {
  if (notice.type === 'linked') line('linked', 'the login is saved in the sessions directory');
  if (notice.type === 'restrictions') tellRestrictions(notice.restrictions, line);
  if (notice.type === 'fallback') line('fallback', `linking by code failed (${notice.why}); a QR code follows`);
  if (notice.type === 'renewing') line('renewing', renewalText(notice));
  if (notice.type === 'takeover') line('takeover', `taking WhatsApp Web back, time ${notice.count}`);
  if (notice.type === 'recovery' && !isEveryday(notice)) line('recovery', recoveryText(notice));
  if (notice.type === 'warning') line('warning', notice.what);
}

function tellRestrictions(restrictions: Restrictions, line: (name: string, text: string) => void): void {
  const texts = restrictionsText(restrictions);
  for (const text of texts) line('restricted', text);
  if (texts.length === 0) line('restricted', 'the restrictions are over: the account may write to anybody again');
}

function isBetweenCodes({ name }: SessionState): boolean {
  return name === 'loading' || name === 'awaiting-qr';
}

function paintName(paint: Paint, name: string): (text: string) => string {
  if (name === 'ready' || name === 'linked') return paint.good;
  if (name === 'ended') return paint.bad;
  return ['interrupted', 'backing-off', 'action-required', 'warning', 'fallback', 'recovery', 'restricted'].includes(
    name,
  )
    ? paint.warm
    : paint.bold;
}

/** After a while: how long the state lasts, and what the page waits for. */
function longWait(state: SessionState, waited: number): string {
  if (waited < PATIENCE) return '';
  const missing = state.name === 'loading' ? state.missing : [];
  return ` ${shortDuration(waited)}${missing.length === 0 ? '' : `, missing ${missing.join(', ')}`}`;
}

/** In characters; colours take no room. */
function widthOf(line: string): number {
  return [...stripVTControlCharacters(line)].length;
}

/** `XXXX-XXXX`, as WhatsApp shows it. */
function grouped(code: string): string {
  return /^\w{8}$/.test(code) ? `${code.slice(0, 4)}-${code.slice(4)}` : plainText(code, { most: 40 });
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR);
  return `${'━'.repeat(full)}${'─'.repeat(BAR - full)}`;
}

function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

const WIDEST = 'awaiting-link-code'.length - 5;
const BAR = 24;
/** Percent between two lines without a live part. */
const STEP = 25;
const TICK = 250;
/** Lines besides those of the code: a gap above and below, the countdown, and the cursor. */
const BESIDES = 4;
const PATIENCE = 3_000;
/** A countdown below this many ms has another colour. */
const HURRY = 6_000;

/** Whether `run.login` is known in a state. It is not before the session's directory is read. */
function knowsLogin(state: SessionState): state is Extract<SessionState, { readonly run: unknown }> {
  return 'run' in state && state.name !== 'stopping' && !(state.name === 'starting' && state.phase === 'opening');
}
