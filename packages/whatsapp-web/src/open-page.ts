import {
  type CallOptions,
  type Concealed,
  isWakeyError,
  type OpenPage,
  type OpenPageOptions,
  type PageCommand,
  type PageHandle,
  type PageSignal,
  WakeyError,
} from '@wakey/core';
import { commandPage } from './command-page.js';
import { countDocuments } from './documents.js';
import { type Facts, parseFacts } from './facts.js';
import { probeScript } from './generated/probe.js';
import { asLongAsItLeaves, goToPage, originOf } from './go-to-page.js';
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
  const documents = countDocuments();
  let isOpen = false;
  let isClosed = false;
  let memory: Memory = noMemory;
  let last: Facts | undefined;
  let said: ReadonlySet<string> = new Set();

  /** Reports what the facts mean; without `all`, only what the facts before did not mean already. */
  function take(facts: Facts, all: boolean): void {
    if (isClosed) return;
    // Reports travel on two ways and may overtake each other.
    const isOvertaken = last !== undefined && facts.document === last.document && facts.seq < last.seq;
    if (!isOvertaken) last = facts;
    if (!isOpen || last === undefined) return;
    const meaning = meaningOf(memory, last);
    memory = meaning.memory;
    const before = said;
    said = new Set(meaning.signals.map(gist));
    for (const found of meaning.signals) {
      if (all || !before.has(gist(found))) onSignal(found);
    }
  }

  /** The caller has to know that the page is open before it hears what the page shows. */
  function begin(): void {
    isOpen = true;
    if (last !== undefined) take(last, true);
  }

  /** A reading that another document overtook is made once more; after that it has failed. */
  async function read({ timeout = 10_000, ...rest }: Parameters<OpenPage['read']>[0] = {}): Promise<void> {
    for (const isLast of [false, true]) {
      const answered = documents.ask();
      const text = await page.evaluate(readInPage, probeKey, { timeout, ...rest });
      const report = text === undefined ? undefined : parseFacts(text);
      if (report === undefined || isForeign(report, target.url)) throw notOurPage(page.url(), report);
      const document = answered(report.document);
      if (document !== undefined) {
        const facts = { ...report, document };
        take(facts, true);
        if (lacksScripts(facts)) throw scriptless(page.url(), facts);
        return;
      }
      if (isLast) throw overtaken();
    }
  }

  const call = signal === undefined ? {} : { signal };
  const startedAt = performance.now();
  const left = () => Math.max(1, timeout - (performance.now() - startedAt));
  const hear = (text: unknown): undefined => {
    const report = parseFacts(text);
    const document = documents.heard(report.document);
    // A document of another origin takes the place of ours, and says nothing about this session.
    if (document !== undefined && !isForeign(report, target.url)) take({ ...report, document }, false);
  };
  // A navigation that the page was given up on may still bring its document.
  await asLongAsItLeaves(left, () => page.expose(binding, hear, { timeout: left(), ...call }));
  await page.addInitScript(installSource(target.probe), { timeout: left(), ...call });
  const asked = documents.ask();
  const first = await goToPage(page, target.url, { left, ...call });
  const document = asked(first.document);
  // Undefined where a later document has reported by now: then its report is the first one.
  if (document !== undefined) take({ ...first, document }, true);
  setTimeout(begin);

  async function perform(command: PageCommand, options: CallOptions = {}): Promise<void> {
    const { timeout = 30_000, signal } = options;
    // A page that has stopped takes nothing over: loaded afresh, it connects again, and that takes over.
    const hasStopped = command.type === 'take-over' && last?.isStopped === true;
    if (command.type !== 'reload' && !hasStopped) return commandPage(page, command, options);
    await page.goto(target.url, { until: 'commit', timeout, ...(signal === undefined ? {} : { signal }) });
  }

  return {
    read,
    async perform(command, options) {
      const wasLoggingOut = memory.isLoggingOut;
      if (command.type === 'log-out') memory = { ...memory, isLoggingOut: true };
      try {
        await perform(command, options);
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

/** Whether the document is not WhatsApp's, or not on the session's own origin. */
function isForeign({ kind, origin }: Pick<Facts, 'kind' | 'origin'>, url: string): boolean {
  return kind === 'foreign' || origin !== originOf(url);
}

function overtaken(): WakeyError {
  return new WakeyError('page-navigated', {
    what: 'The page gave way to another document while it was read.',
    hint: 'Read it again.',
  });
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
    .map(([key, value]) => `${key} ${isConcealed(value) ? value.reveal() : JSON.stringify(value)}`)
    .join('\n');
}

function isConcealed(value: unknown): value is Concealed {
  return typeof value === 'object' && value !== null && 'reveal' in value;
}
