import type { Clock } from '@wakey/client';
import { type CallOptions, type ErrorCode, type Json, type PageEvents, type PageHandle, WakeyError } from '@wakey/core';
import type { Ledger } from './ledger.ts';
import type { Doc, Site } from './site.ts';

/** The only page of a fake browser. */
export interface FakePage {
  readonly handle: PageHandle<BotPage>;
  current(): Doc | undefined;
  /** Replaces the present document by another, as when a page navigates by itself. */
  commit(doc: Doc): void;
  /** Reports the present document, if it shows something else by now. */
  changed(): void;
  /** Delivers a report of an earlier document. */
  reportStale(doc: Doc): void;
  crash(): void;
  /** Rejects every waiting call, and stops all reports. */
  end(code: 'browser-lost' | 'page-crashed'): void;
}

/** What a bot can do with the page of its session. */
export interface BotPage {
  goto(url: string): void;
  reload(): void;
}

interface Waiting {
  readonly isOfDocument: boolean;
  reject(error: WakeyError): void;
}

/** How long a document takes to load, and how long a prompt document takes to answer, in ms. */
const loadMs = 80;
const answerMs = 5;

/** Creates a page that has no document yet. */
export function makeFakePage(clock: Clock, site: Site, ledger: Ledger, onCommand: (type: string) => boolean): FakePage {
  const waiting = new Set<Waiting>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const seqs = new Map<number, number>();
  let hear: (text: Json) => unknown = () => undefined;
  let doc: Doc | undefined;
  let isOver = false;

  const emit = <E extends keyof PageEvents>(event: E, payload: PageEvents[E]) => {
    for (const listener of listeners.get(event) ?? []) listener(payload as never);
  };

  /** Runs a call that ends with its result, at its deadline, at its abort signal, or with the page. */
  function call<T>(
    { timeout = 30_000, signal }: CallOptions,
    isOfDocument: boolean,
    begin: (done: (value: T) => void, fail: (error: WakeyError) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (isOver) return reject(failure('browser-lost'));
      if (signal?.aborted === true) return reject(failure('aborted'));
      const end = (conclude: () => void) => {
        if (!waiting.delete(entry)) return;
        cancel();
        signal?.removeEventListener('abort', abort);
        conclude();
      };
      const entry: Waiting = { isOfDocument, reject: (error) => end(() => reject(error)) };
      const abort = () => entry.reject(failure('aborted'));
      const cancel = clock.set(timeout, () => entry.reject(failure('timeout')));
      waiting.add(entry);
      signal?.addEventListener('abort', abort, { once: true });
      begin((value) => end(() => resolve(value)), entry.reject);
    });
  }

  const rejectAll = (error: WakeyError, isMeant: (one: Waiting) => boolean) => {
    for (const one of [...waiting]) if (isMeant(one)) one.reject(error);
  };

  function textOf(of: Doc): string {
    if (of.answers === 'garbage') return '{"document":';
    ledger.read(of);
    const seq = (seqs.get(of.number) ?? 0) + 1;
    seqs.set(of.number, seq);
    const huge = of.answers === 'huge' ? { qr: { text: 'x'.repeat(300_000) }, version: 'v'.repeat(100_000) } : {};
    const place = { document: `d${of.number}`, seq, status: of.status, origin: new URL(of.url).origin };
    return JSON.stringify({ ...place, ...of.show(), ...huge });
  }

  function deliver(of: Doc, text: string): void {
    if (isOver) return;
    ledger.deliver(of, text);
    try {
      hear(text);
    } catch (error) {
      // The adapter refuses an invalid report by throwing into the page. That has no other effect.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  let reported = '';
  function report(of: Doc): void {
    const shown = JSON.stringify(of.show());
    if (of !== doc || shown === reported || of.reports === 'never' || ['never', 'nothing'].includes(of.answers)) return;
    reported = shown;
    const text = textOf(of);
    clock.set(of.reports === 'late' ? 3_000 : 10, () => deliver(of, text));
    if (of.reports === 'twice') clock.set(400, () => deliver(of, text));
  }

  function commit(next: Doc): void {
    doc = next;
    reported = '';
    rejectAll(failure('page-navigated'), ({ isOfDocument }) => isOfDocument);
    emit('navigated', { url: next.url });
    for (const at of next.changesAt) clock.set(at + 10, () => report(next));
    const own = new URL(next.url).origin;
    if (next.lasts > 0) {
      clock.set(next.lasts, () => {
        if (doc === next && !isOver) commit(site.serve(`${own}/`));
      });
    }
  }

  function navigate(url: string, options: CallOptions): Promise<void> {
    return call(options, false, (done, fail) => {
      clock.set(loadMs, () => {
        if (isOver) return;
        if (site.isOut) return fail(failure('page-unreachable'));
        commit(site.serve(url));
        done(undefined);
      });
    });
  }

  /** Answers a reading in the way of the document (`answers`). */
  function readOf(of: Doc, options: CallOptions): Promise<string | undefined> {
    const isLate = of.answers === 'overtaken';
    return call<string | undefined>(options, !isLate, (done, fail) => {
      if (of.answers === 'never') return;
      const early = isLate ? textOf(of) : undefined;
      const wait = { slowly: 2_000, overtaken: 700 }[of.answers as string] ?? answerMs;
      clock.set(wait, () => {
        if (of.answers === 'nothing') return done(undefined);
        if (of.answers === 'throws') return fail(failure('evaluate-failed'));
        const text = early ?? textOf(of);
        ledger.deliver(of, text);
        done(text);
      });
    });
  }

  /** Waits, as the probe does, until the document shows which page it is. */
  async function recognize(of: Doc, ms: number, options: CallOptions): Promise<string | undefined> {
    const end = clock.now() + ms;
    while (of.show().kind === 'loading' && clock.now() < end) {
      await call<void>(options, true, (done) => clock.set(100, () => done(undefined)));
    }
    return readOf(of, options);
  }

  async function perform(of: Doc, type: string, options: CallOptions): Promise<string> {
    return call<string>(options, true, (done) => {
      if (of.answers === 'never') return;
      const isTaken = onCommand(type);
      const refused = { ok: false, why: 'refused', missing: [], error: { name: 'Refusal', text: 'no' } };
      clock.set(answerMs, () => done(JSON.stringify(isTaken ? { ok: true } : refused)));
    });
  }

  const handle = {
    native: {
      goto: (url: string) => void navigate(url, {}).catch(() => undefined),
      reload: () => void navigate(doc?.url ?? 'about:blank', {}).catch(() => undefined),
    },
    url: () => doc?.url ?? 'about:blank',
    goto: (url: string, options: CallOptions = {}) => navigate(url, options),
    reload: (options: CallOptions = {}) => navigate(doc?.url ?? 'about:blank', options),
    addInitScript: async () => undefined,
    async expose(_: string, handler: (arg: Json) => unknown) {
      hear = handler;
    },
    evaluate(_: unknown, arg: Json = null, options: CallOptions = {}): Promise<unknown> {
      const of = doc;
      if (of === undefined) return Promise.reject(failure('page-navigated'));
      if (arg === null) return call<string[]>(options, true, (done) => clock.set(answerMs, () => done([])));
      if (typeof arg === 'object' && 'command' in arg) return perform(of, typeOf(arg.command), options);
      if (typeof arg === 'object' && 'ms' in arg) return recognize(of, Number(arg.ms), options);
      return readOf(of, options);
    },
    on(event: string, listener: (payload: never) => void) {
      const heard = listeners.get(event) ?? new Set();
      listeners.set(event, heard.add(listener));
      return () => heard.delete(listener);
    },
  };

  function end(code: 'browser-lost' | 'page-crashed'): void {
    rejectAll(failure(code), () => true);
    isOver = true;
  }

  return {
    // The adapter and the client use only these members of a page.
    handle: handle as unknown as PageHandle<BotPage>,
    current: () => doc,
    commit,
    changed: () => doc !== undefined && report(doc),
    reportStale: (of) => deliver(of, textOf(of)),
    crash() {
      end('page-crashed');
      emit('crashed', { detail: 'hostile' });
    },
    end,
  };
}

function typeOf(command: unknown): string {
  return String((command as { readonly type?: unknown }).type);
}

function failure(code: ErrorCode): WakeyError {
  return new WakeyError(code, { what: `The hostile page failed with ${code}.`, hint: 'None.' });
}
