import {
  type Concealed,
  isWakeyError,
  type OpenPage,
  type OpenPageOptions,
  type PageHandle,
  type PageSignal,
} from '@wakey/core';
import { commandPage } from './command-page.js';
import { type Facts, parseFacts } from './facts.js';
import { probeScript } from './generated/probe.js';
import { goToPage } from './go-to-page.js';
import { type Memory, noMemory } from './memory.js';
import { lacksScripts, notOurPage, scriptless } from './page-errors.js';
import { type ProbeSettings, probeKey } from './probe-command.js';
import { meaningOf } from './signals.js';

/** Where the page is and how its probe is set up. */
export interface Target {
  readonly url: string;
  readonly probe: ProbeSettings;
}

/** Puts the probe into the page, goes to WhatsApp Web, and turns what the probe reports into signals. */
export async function openWhatsapp(page: PageHandle, target: Target, options: OpenPageOptions): Promise<OpenPage> {
  const { onSignal, timeout = 60_000, signal } = options;
  const { binding } = target.probe;
  let isOpen = false;
  let isClosed = false;
  let memory: Memory = noMemory;
  let last: Facts | undefined;
  let said: ReadonlySet<string> = new Set();

  /** Reports what the facts mean; without `all`, only what the facts before did not mean already. */
  function take(facts: Facts, all: boolean): void {
    if (isClosed || (last !== undefined && isBefore(facts, last))) return;
    last = facts;
    if (!isOpen) return;
    const meaning = meaningOf(memory, facts);
    memory = meaning.memory;
    const before = said;
    said = new Set(meaning.signals.map(gist));
    for (const found of meaning.signals) {
      if (all || !before.has(gist(found))) onSignal(found);
    }
  }

  /** Whoever opens the page has to know that it is open before hearing what it shows. */
  function begin(): void {
    isOpen = true;
    if (last !== undefined) take(last, true);
  }

  async function read({ timeout = 10_000, ...rest }: Parameters<OpenPage['read']>[0] = {}): Promise<void> {
    const text = await page.evaluate(readInPage, probeKey, { timeout, ...rest });
    const facts = text === undefined ? undefined : parseFacts(text);
    if (facts === undefined || facts.kind === 'foreign') throw notOurPage(page.url(), facts);
    take(facts, true);
    if (lacksScripts(facts)) throw scriptless(page.url(), facts);
  }

  const call = signal === undefined ? {} : { signal };
  const startedAt = performance.now();
  const left = () => Math.max(1, timeout - (performance.now() - startedAt));
  const hear = (text: unknown): undefined => {
    take(parseFacts(text), false);
  };
  await page.expose(binding, hear, { timeout: left(), ...call });
  await page.addInitScript(installSource(target.probe), { timeout: left(), ...call });
  take(await goToPage(page, target.url, { left, ...call }), true);
  setTimeout(begin);

  return {
    read,
    async perform(command, options) {
      const wasLoggingOut = memory.isLoggingOut;
      if (command.type === 'log-out') memory = { ...memory, isLoggingOut: true };
      try {
        await commandPage(page, command, options);
      } catch (thrown) {
        // The page left in the middle of logging out: it took the command.
        const isTaken = command.type === 'log-out' && isWakeyError(thrown, 'page-navigated');
        if (isTaken) return;
        memory = { ...memory, isLoggingOut: wasLoggingOut };
        throw thrown;
      }
    },
    close() {
      isClosed = true;
    },
  };
}

/** The probe and its start, without a name left on `window`. */
function installSource(settings: ProbeSettings): string {
  return `(() => {\n${probeScript}\nprobe.install(${JSON.stringify(settings)});\n})();`;
}

function readInPage(key: string): Promise<string> | undefined {
  return Reflect.get(globalThis, Symbol.for(key))?.read();
}

/** What tells one signal from another: all of it but the time that is left. */
function gist(signal: PageSignal): string {
  return Object.entries(signal)
    .filter(([key]) => key !== 'ttl')
    .map(([key, value]) => `${key} ${isConcealed(value) ? value.reveal() : String(value)}`)
    .join('\n');
}

function isConcealed(value: unknown): value is Concealed {
  return typeof value === 'object' && value !== null && 'reveal' in value;
}

/** Reports travel on two ways and may overtake each other. */
function isBefore(facts: Facts, other: Facts): boolean {
  return facts.document < other.document || (facts.document === other.document && facts.seq < other.seq);
}
