import type { Facts } from '../facts.js';
import { until, within } from './deadline.js';
import type { Finder } from './finder.js';
import { type Failure, failureOf, isWrongEntry } from './link-code-failure.js';
import { plainError } from './page-error.js';
import { functionOf, textOf } from './page-window.js';
import { Refusal } from './refusal.js';

/** Linking by a code instead of a QR. */
export interface LinkCodes {
  /** Whether a code was asked for: the page's QR is of no use then. */
  isChosen(): boolean;
  read(): Pick<Facts, 'linkCode' | 'linkCodeWanted' | 'linkCodeFailure'>;
  /** Asks the page for a code, once it can take it. Throws a Refusal, or what the page threw. */
  request(phone: string, ms: number): Promise<void>;
  /** Types the code that the phone shows. What comes of it is read. */
  submit(code: string, ms: number): Promise<void>;
  /** Back to QR codes. */
  leave(ms: number): Promise<void>;
  /** What is done about the page's own events, by name. */
  readonly events: Readonly<Record<string, (values: readonly unknown[]) => void>>;
}

/** How long the service accepts a code. */
const codeMs = 180_000;

type Offer = { readonly lapsesAt: number } & ({ readonly text: string } | { readonly wrong: number });

/** What linking by code has to know of the page. */
export interface LinkCodeContext {
  readonly finder: Finder;
  /** Whether the page has a line to the service on which a device can be linked. */
  readonly canLink: () => boolean;
  readonly isRegistered: () => boolean | undefined;
  readonly changed: () => void;
}

/** See {@link LinkCodes}. */
export function linkByCode({ finder, canLink, isRegistered, changed }: LinkCodeContext): LinkCodes {
  let isChosen = false;
  let offer: Offer | undefined;
  let failure: Facts['linkCodeFailure'];
  let failures = 0;
  /** Counts requests and ends of requests: an answer to an earlier one comes too late. */
  let turn = 0;
  const given = new Set<string>();

  function settle(next: Offer | undefined, reason?: Failure): void {
    offer = next;
    if (reason !== undefined) failures += 1;
    failure = reason === undefined ? undefined : { seq: failures, ...reason };
    changed();
  }

  /** What the service refuses is a fact to be read; whatever else is thrown is the command's failure. */
  function refused(thrown: unknown, hadCode: boolean): void {
    const reason = failureOf(plainError(thrown), hadCode);
    if (reason === undefined) throw thrown;
    settle(undefined, reason);
  }

  async function request(phone: string, ms: number): Promise<void> {
    const end = performance.now() + ms;
    isChosen = true;
    turn += 1;
    const mine = turn;
    settle(undefined);
    await until(canLink, ms);
    if (turn !== mine) return;
    const ask = asker(finder);
    if (ask === undefined) throw new Refusal('incompatible', finder.namesOf('request-link-code'));
    try {
      const text = textOf(await within(Math.max(0, end - performance.now()), ask(phone)));
      given.add(phone);
      if (turn !== mine) return;
      const lapsesAt = performance.now() + codeMs;
      // Without a code of its own the page waits for the one that the phone shows.
      settle(text === undefined ? { wrong: 0, lapsesAt } : { text: text.replace(/[\s-]/g, ''), lapsesAt });
    } catch (thrown) {
      if (turn === mine) refused(thrown, given.has(phone));
    }
  }

  async function submit(code: string, ms: number): Promise<void> {
    if (offer === undefined || !('wrong' in offer)) throw new Refusal('refused', 'The page asks for no link code.');
    const { wrong, lapsesAt } = offer;
    const mine = turn;
    const found = finder.first('submit-link-code');
    if (found === undefined) throw new Refusal('incompatible', finder.namesOf('submit-link-code'));
    try {
      const field = found.values[0];
      if (field instanceof HTMLInputElement) type(field, code);
      else await within(ms, functionOf(field)?.(code));
    } catch (thrown) {
      // Once linked, the line is closed to begin anew, maybe before it brought the answer.
      if (isRegistered() === true || turn !== mine) return;
      if (isWrongEntry(plainError(thrown))) settle({ wrong: wrong + 1, lapsesAt });
      else refused(thrown, true);
    }
  }

  function read(): Pick<Facts, 'linkCode' | 'linkCodeWanted' | 'linkCodeFailure'> {
    const failed = failure === undefined ? {} : { linkCodeFailure: failure };
    const ttl = offer === undefined ? 0 : Math.round(offer.lapsesAt - performance.now());
    if (offer === undefined || ttl <= 0) return failed;
    if ('text' in offer) return { linkCode: { text: offer.text, ttl }, ...failed };
    return { linkCodeWanted: { wrong: offer.wrong, ttl }, ...failed };
  }

  const lapse = () => settle(undefined, { why: 'expired' });
  return {
    isChosen: () => isChosen,
    read,
    request,
    submit,
    async leave(ms) {
      isChosen = false;
      turn += 1;
      settle(undefined);
      await within(ms, functionOf(finder.first('use-qr')?.values[0])?.());
    },
    events: {
      'link_device_events:refresh_alt_linking_code': lapse,
      'link_device_events:force_manual_refresh': lapse,
      'link_device_events:error_alt_linking': ([error]) => {
        settle(undefined, failureOf({ code: 0, ...plainError(error) }, false) ?? { why: 'rejected' });
      },
    },
  };
}

/** The way this page has of asking for a code. */
function asker(finder: Finder): ((phone: string) => Promise<unknown>) | undefined {
  const found = finder.first('request-link-code');
  if (found === undefined) return undefined;
  const [first, initialize, start] = found.values.map(functionOf);
  if (initialize === undefined || start === undefined) return async (phone) => first?.(phone, true);
  return async (phone) => {
    await first?.('ALT_DEVICE_LINKING');
    await initialize();
    return start(phone, true);
  };
}

/** Fills in the page's own field as a person would, so that its framework notices. */
function type(field: HTMLInputElement, code: string): void {
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  write?.call(field, code);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.form?.requestSubmit();
}
