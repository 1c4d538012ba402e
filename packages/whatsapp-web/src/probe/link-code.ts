import type { Facts } from '../facts.js';
import { until, within } from './deadline.js';
import type { Finder } from './finder.js';
import { type Failure, failureOf, isWrongEntry } from './link-code-failure.js';
import { plainError } from './page-error.js';
import { functionOf, textOf } from './page-window.js';
import { Refusal } from './refusal.js';

/** Linking by link code instead of QR code. */
export interface LinkCodes {
  /** Whether a link code was requested: the page's QR code is then useless. */
  isChosen(): boolean;
  read(): Pick<Facts, 'linkCode' | 'linkCodeWanted' | 'linkCodeFailure'>;
  /** Requests a link code once the page is able to take the request. Throws a Refusal, or the page's error. */
  request(phone: string, ms: number): Promise<void>;
  /** Enters the code that the phone shows. The result appears in `read`. */
  submit(code: string, ms: number): Promise<void>;
  /** Returns to QR codes. */
  leave(ms: number): Promise<void>;
  /** Handlers of the page's events, by name. */
  readonly events: Readonly<Record<string, (values: readonly unknown[]) => void>>;
}

/** How long the service accepts a code. */
const codeMs = 180_000;

type Offer = { readonly lapsesAt: number } & ({ readonly text: string } | { readonly wrong: number });

/** What linking by code needs from the page. */
export interface LinkCodeContext {
  readonly finder: Finder;
  /** Whether the page is connected to the service and a device can be linked. */
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
  /** Counts requests and their ends, so that a late answer to an earlier request can be recognized. */
  let turn = 0;
  const given = new Set<string>();

  function settle(next: Offer | undefined, reason?: Failure): void {
    offer = next;
    if (reason !== undefined) failures += 1;
    failure = reason === undefined ? undefined : { seq: failures, ...reason };
    changed();
  }

  /** Stores a refusal of the service as a fact; rethrows every other error, so that the command fails. */
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
      // If the page shows no code, it waits for the code that the phone shows.
      settle(text === undefined ? { wrong: 0, lapsesAt } : { text: text.replace(/[\s-]/g, ''), lapsesAt });
    } catch (thrown) {
      if (turn === mine) refused(thrown, given.has(phone));
    }
  }

  async function submit(code: string, ms: number): Promise<void> {
    if (offer === undefined || !('wrong' in offer))
      throw new Refusal('refused', 'The page does not wait for a link code.');
    const { wrong, lapsesAt } = offer;
    const mine = turn;
    const found = finder.first('submit-link-code');
    if (found === undefined) throw new Refusal('incompatible', finder.namesOf('submit-link-code'));
    try {
      const field = found.values[0];
      if (field instanceof HTMLInputElement) type(field, code);
      else await within(ms, functionOf(field)?.(code));
    } catch (thrown) {
      // After linking, the page closes its connection to start again, perhaps before the answer arrived.
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

/** Returns the function with which this page requests a link code. */
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

/** Fills in the page's field with an input event, so that the page's framework notices the text. */
function type(field: HTMLInputElement, code: string): void {
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  write?.call(field, code);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.form?.requestSubmit();
}
