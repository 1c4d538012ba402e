import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { PageMessage, SealedHello, ServerError } from '../protocol.ts';
import { linkCodeAttempts, linkCodeMs } from '../timing.ts';
import type { Account } from './accounts.ts';
import type { BackendContext } from './context.ts';
import type { Companion, Pairing, PairResult } from './pairing.ts';
import type { Stream } from './streams.ts';

/** The reason why a link code did not link a device. */
export type CodeRefusal = 'no-code-asked' | 'wrong-code' | 'expired-code' | 'too-many-attempts';

/** The result of entering a link code. */
export type CodeResult = PairResult | { readonly ok: false; readonly reason: CodeRefusal; readonly message: string };

/**
 * Link codes: the page requests a code and its user types it on the phone. With the trouble `linkCodeShownOn: 'phone'`,
 * the phone shows the code and its user types it on the page.
 */
export interface LinkCodes {
  /** Handles a page's request for linking by code; returns the error for the page, if any. */
  hello(stream: Stream, hello: Extract<PageMessage, { type: 'companion-hello' }>): Promise<ServerError | undefined>;
  /** Makes the phone show a code for a page that requested one with the number of this account. */
  show(stream: Stream, number: string): ServerError | undefined;
  /** Returns the code that the phone shows now, if any. */
  shown(number: string): string | undefined;
  /** Enters on the phone the code that the page shows. */
  enter(account: Account, code: string): Promise<CodeResult>;
  withdraw(stream: Stream): void;
}

interface Pending {
  readonly stream: Stream;
  readonly hello: SealedHello | undefined;
  /** The code that the phone shows; undefined if the page shows one. */
  readonly code: string | undefined;
  readonly lapsesAt: number;
  attempts: number;
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
const rateWindowMs = 5 * 3_600_000;
const rounds = 131_072;
const derive = promisify(pbkdf2);

/** See {@link LinkCodes}. */
export function createLinkCodes(context: BackendContext, pairing: Pairing): LinkCodes {
  const { accounts, clock, journal, random, troubles } = context;
  const pendings = new Map<string, Pending>();
  const asked = new Map<string, readonly number[]>();

  function refusalFor(number: string): ServerError | undefined {
    if (!/^\d{7,15}$/.test(number)) return { code: 400, text: 'bad-request' };
    const since = clock.now() - rateWindowMs / clock.speed;
    const recent = (asked.get(number) ?? []).filter((at) => at > since);
    const oldest = recent[0];
    if (recent.length >= troubles().linkCodeLimit) {
      const waitMs = oldest === undefined ? rateWindowMs / clock.speed : oldest - since;
      return { code: 429, text: 'rate-overlimit', backoff: Math.max(1, Math.ceil(waitMs / 1_000)) };
    }
    asked.set(number, [...recent, clock.now()]);
    return accounts.find(number) === undefined ? { code: 400, text: 'bad-request' } : undefined;
  }

  function open(stream: Stream, number: string, secret: Pick<Pending, 'hello' | 'code'>): void {
    const lapsesAt = clock.now() + linkCodeMs / clock.speed;
    pendings.set(number, { stream, ...secret, lapsesAt, attempts: 0 });
  }

  async function hello(
    stream: Stream,
    message: Extract<PageMessage, { type: 'companion-hello' }>,
  ): Promise<ServerError | undefined> {
    const { phone } = message;
    const shownHere = pendings.get(phone);
    if (shownHere?.code !== undefined && shownHere.stream === stream) return typedOnPage(phone, shownHere, message);
    const error = refusalFor(phone);
    journal.write(error ? 'link-code-refused' : 'link-code-asked', { stream: stream.id, number: phone, ...error });
    if (error === undefined) open(stream, phone, { hello: message, code: undefined });
    return error;
  }

  async function typedOnPage(number: string, pending: Pending, sealed: SealedHello): Promise<ServerError | undefined> {
    const account = accounts.find(number);
    if (account === undefined || pending.code === undefined || clock.now() >= pending.lapsesAt) {
      pendings.delete(number);
      return { code: 410, text: 'expired' };
    }
    const companion = await unseal(sealed, pending.code);
    journal.write('link-code-typed', { number, correct: companion !== undefined });
    if (companion === undefined) {
      pending.attempts += 1;
      if (pending.attempts >= linkCodeAttempts) pendings.delete(number);
      return { code: 401, text: 'wrong-code' };
    }
    pendings.delete(number);
    const result = await pairing.complete(pending.stream, account, companion);
    return result.ok ? undefined : { code: 403, text: result.reason };
  }

  async function enter(account: Account, code: string): Promise<CodeResult> {
    const { number } = account;
    const pending = pendings.get(number);
    if (pending?.hello === undefined || !pending.stream.isOpen()) {
      return refused('no-code-asked', `No page has requested a link code for ${number}.`);
    }
    if (clock.now() >= pending.lapsesAt) {
      pendings.delete(number);
      return refused('expired-code', 'This link code has expired. Type the code that the page shows now.');
    }
    const companion = await unseal(pending.hello, code.toUpperCase().replace(/[\s-]/g, ''));
    journal.write('link-code-entered', { number, correct: companion !== undefined });
    if (companion === undefined) return wrongEntry(number, pending);
    pendings.delete(number);
    pending.stream.send({ type: 'primary-hello' });
    const result = await pairing.complete(pending.stream, account, companion);
    if (!result.ok) pending.stream.send({ type: 'code-refused', reason: result.reason });
    return result;
  }

  function wrongEntry(number: string, pending: Pending): CodeResult {
    pending.attempts += 1;
    if (pending.attempts < linkCodeAttempts) return refused('wrong-code', 'The page shows another code.');
    pendings.delete(number);
    pending.stream.send({ type: 'code-refused', reason: 'too-many-attempts' });
    return refused('too-many-attempts', 'Three wrong entries. Request a new code on the page.');
  }

  return {
    hello,
    show(stream, number) {
      const error = refusalFor(number);
      if (error !== undefined) return error;
      const code = Array.from(random(8), (byte) => alphabet[byte % alphabet.length]).join('');
      open(stream, number, { hello: undefined, code });
      journal.write('link-code-shown-on-phone', { stream: stream.id, number });
      return undefined;
    },
    shown(number) {
      const pending = pendings.get(number);
      return pending !== undefined && clock.now() < pending.lapsesAt ? pending.code : undefined;
    },
    enter,
    withdraw(stream) {
      for (const [number, pending] of pendings) if (pending.stream === stream) pendings.delete(number);
    },
  };
}

/** Decrypts the page's hello with a code; returns undefined if the page sealed it with another code. */
async function unseal(hello: SealedHello, code: string): Promise<Companion | undefined> {
  const key = await derive(code, Buffer.from(hello.salt, 'base64'), rounds, 32, 'sha256');
  const box = Buffer.from(hello.box, 'base64');
  const iv = Buffer.from(hello.iv, 'base64');
  if (box.length < 17 || iv.length !== 12) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAuthTag(box.subarray(-16));
  const start = decipher.update(box.subarray(0, -16));
  try {
    return readCompanion(JSON.parse(Buffer.concat([start, decipher.final()]).toString('utf8')));
  } catch {
    // The authentication tag does not match: the page used another code.
    return undefined;
  }
}

function readCompanion(value: unknown): Companion | undefined {
  const { ref, noiseKey, identityKey, advSecret, platform } = Object(value) as Partial<Companion>;
  const fields = [ref, noiseKey, identityKey, advSecret, platform];
  return fields.every((field) => typeof field === 'string') ? (value as Companion) : undefined;
}

function refused(reason: CodeRefusal, message: string): CodeResult {
  return { ok: false, reason, message };
}
