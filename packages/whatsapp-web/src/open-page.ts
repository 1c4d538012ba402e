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

/** The page's address and the settings of its probe. */
export interface Target {
  readonly url: string;
  readonly probe: ProbeSettings;
}

/** Adds the probe to the page, navigates to WhatsApp Web, and turns the probe's reports into signals. */
export async function openWhatsapp(page: PageHandle, target: Target, options: OpenPageOptions): Promise<OpenPage> {
  const { onSignal, timeout = 60_000, signal } = options;
  const { binding } = target.probe;
  const documents = countDocuments();
  let isOpen = false;
  let isClosed = false;
  let memory: Memory = noMemory;
  let last: Facts | undefined;
  let said: ReadonlySet<string> = new Set();

  /** Emits the signals of these facts. Without `all` it emits only signals that differ from those of the last facts. */
  function take(facts: Facts, all: boolean): void {
    if (isClosed) return;
    // The probe's reports and the answers to readings travel separately, so a newer one may arrive first.
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

  /** Starts to emit signals: the caller must have its open page before it receives the first signal. */
  function begin(): void {
    isOpen = true;
    if (last !== undefined) take(last, true);
  }

  /** Reads the page. If another document reports meanwhile, `read` tries once more and then rejects. */
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
    // A document of another origin tells nothing about this session.
    if (document !== undefined && !isForeign(report, target.url)) take({ ...report, document }, false);
  };
  // An earlier navigation that was given up may still replace the document, so `expose` is repeated.
  await asLongAsItLeaves(left, () => page.expose(binding, hear, { timeout: left(), ...call }));
  await page.addInitScript(installSource(target.probe), { timeout: left(), ...call });
  const asked = documents.ask();
  const first = await goToPage(page, target.url, { left, ...call });
  const document = asked(first.document);
  // `document` is undefined if a later document has reported meanwhile: then that report is the first one.
  if (document !== undefined) take({ ...first, document }, true);
  setTimeout(begin);

  async function perform(command: PageCommand, options: CallOptions = {}): Promise<void> {
    const { timeout = 30_000, signal } = options;
    // A page that has stopped cannot take over. A reload makes it connect again, and thereby take over.
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
        // If the page navigates during a logout, it has accepted the command.
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

/** Whether the document is not WhatsApp's or has another origin than the session. */
function isForeign({ kind, origin }: Pick<Facts, 'kind' | 'origin'>, url: string): boolean {
  return kind === 'foreign' || origin !== originOf(url);
}

function overtaken(): WakeyError {
  return new WakeyError('page-navigated', {
    what: 'The page loaded another document while Wakey read it.',
    hint: 'Read the page again.',
  });
}

/** The source of the probe and the call that starts it, wrapped so that no name remains on `window`. */
function installSource(settings: ProbeSettings): string {
  return `(() => {\n${probeScript}\nprobe.install(${JSON.stringify(settings)});\n})();`;
}

function readInPage(key: string): Promise<string> | undefined {
  return Reflect.get(globalThis, Symbol.for(key))?.read();
}

/** Returns a text that is equal for equal signals; the remaining time is ignored. */
function gist(signal: PageSignal): string {
  return Object.entries(signal)
    .filter(([key]) => key !== 'ttl')
    .map(([key, value]) => `${key} ${isConcealed(value) ? value.reveal() : JSON.stringify(value)}`)
    .join('\n');
}

function isConcealed(value: unknown): value is Concealed {
  return typeof value === 'object' && value !== null && 'reveal' in value;
}
