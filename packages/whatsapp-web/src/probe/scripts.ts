import type { Facts } from '../facts.js';
import { attempt, type PageWindow } from './page-window.js';

/** Tracks which of the document's scripts have arrived and run. */
export interface Scripts {
  /** Records new script elements. */
  look(): void;
  read(): Facts['scripts'];
}

type Fate = 'pending' | 'arrived' | 'failed';

/** The greatest number of scripts that the probe tracks, because the page decides how many it has. */
const most = 1_000;
/** The greatest number of hosts that a report names. */
const mostHosts = 5;
const longestAddress = 4_096;

/**
 * See {@link Scripts}. The address identifies a script: a second element with the same address is the page's second
 * attempt. The document's events report the end of a script, whether the parser or the page created its element.
 */
export function watchScripts(page: PageWindow, changed: () => void): Scripts {
  const { document } = page;
  const fates = new Map<string, Fate>();
  const seen = new WeakSet<object>();
  const ended = new WeakSet<object>();
  /**
   * Addresses that returned an HTML document instead of a script, as from a login portal. The browser reports such a
   * script as loaded.
   */
  const documents = new Set<string>();
  /** Scripts that may have ended before the probe listened. */
  let unheard: readonly string[] = [];

  function settle(address: string, fate: Fate): void {
    if (!fates.has(address) && fates.size >= most) return;
    fates.set(address, fate);
    changed();
  }

  function hear(event: Event): void {
    const script = scriptOf(event.target);
    const address = script === undefined ? undefined : addressOf(script);
    // Both the document and the element report the end of a script; count it once.
    if (script === undefined || address === undefined || ended.has(script)) return;
    ended.add(script);
    seen.add(script);
    const isDocument = documents.delete(address);
    settle(address, event.type === 'load' && !isDocument ? 'arrived' : 'failed');
  }

  /**
   * The browser reports a parse error before it reports that the script loaded, and perhaps before `look` has seen the
   * script.
   */
  function hearError({ error, filename, message }: ErrorEvent): void {
    if (isMarkup(error, message) && documents.size < most) documents.add(filename.slice(0, longestAddress));
  }

  /**
   * Listens on the element too, because the document gets no event of a script that the page removes while it loads.
   */
  function follow(script: HTMLScriptElement, address: string): void {
    for (const type of ['load', 'error']) script.addEventListener(type, hear, { once: true });
    settle(address, 'pending');
  }

  function look(): void {
    for (const script of attempt(() => Array.from(document.scripts).slice(0, most)) ?? []) {
      if (seen.has(script)) continue;
      seen.add(script);
      const address = addressOf(script);
      if (address !== undefined) follow(script, address);
    }
    if (unheard.length === 0 || document.readyState !== 'complete') return;
    // Once the document is complete, all scripts that its parser met have ended.
    for (const address of unheard) if (fates.get(address) === 'pending') settle(address, 'arrived');
    unheard = [];
  }

  for (const type of ['load', 'error']) document.addEventListener(type, hear, true);
  page.addEventListener('error', hearError);
  look();
  for (const address of fates.keys()) {
    const fate = fateBefore(page, address);
    if (fate !== undefined) settle(address, fate);
  }
  unheard = [...fates.keys()];

  return {
    look,
    read() {
      const pending = [...fates.values()].filter((fate) => fate === 'pending').length;
      const hosts = [...fates].flatMap(([address, fate]) => (fate === 'failed' ? hostOf(address) : []));
      return { total: fates.size, pending, failed: [...new Set(hosts)].slice(0, mostHosts) };
    },
  };
}

/** Returns how a script ended before the probe started, as far as the browser's list of loads tells. */
function fateBefore(page: PageWindow, address: string): Fate | undefined {
  const loads = attempt(() => page.performance.getEntriesByName(address, 'resource'));
  const load = loads?.[0] as PerformanceResourceTiming | undefined;
  if (load === undefined) return undefined;
  // The browser hides size and status of scripts of other origins: only for a script of the page's host does a missing
  // size and status mean a failure.
  const isOwn = hostOf(address)[0] === page.location.host;
  const isFailed = load.responseStatus >= 400 || (isOwn && load.responseStatus === 0 && load.decodedBodySize === 0);
  return isFailed ? 'failed' : 'arrived';
}

/**
 * Whether a parse error names the start of a tag, which means that HTML came instead of a script. Engines quote that
 * character in every language.
 */
function isMarkup(error: unknown, message: string): boolean {
  const isSyntax = typeof error === 'object' && error !== null && 'name' in error && error.name === 'SyntaxError';
  return isSyntax && message.includes("'<'");
}

function scriptOf(target: EventTarget | null): HTMLScriptElement | undefined {
  const isScript = target !== null && 'nodeName' in target && target.nodeName === 'SCRIPT';
  return isScript ? (target as HTMLScriptElement) : undefined;
}

/** Returns the address of a script that runs; undefined for an inline script and for data in a script element. */
function addressOf({ src, type, noModule }: HTMLScriptElement): string | undefined {
  const isCode = /^(?:module|(?:text|application)\/(?:java|ecma)script|)$/i.test(type);
  return isCode && !noModule && /^https?:/.test(src) ? src.slice(0, longestAddress) : undefined;
}

/** Returns the host of an address only, because a path or a query may contain secrets. */
function hostOf(address: string): readonly string[] {
  const host = attempt(() => new URL(address).host);
  return host === undefined ? [] : [host];
}
