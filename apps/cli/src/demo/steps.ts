import type { Paint } from '../terminal/paint.js';
import type { Screen } from '../terminal/screen.js';
import { shortDuration } from '../views/short-duration.js';

/** A step that was observed. */
export interface Step {
  readonly name: string;
  /** In ms since the first one began. */
  readonly began: number;
  readonly took: number;
}

/** The step that was not: its name, and what was seen instead. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Takes one step after the other, and keeps the times. */
export interface Steps {
  readonly taken: readonly Step[];
  /**
   * Shows the step while it runs and once it was observed; `observe` gives what was seen, in words, beside its result.
   * Rejects with StepFailed when `observe` rejects, or is not through within the deadline.
   */
  take<T>(name: string, observe: () => Promise<Observed<T>>): Promise<T>;
}

/** What a step came to. */
export interface Observed<T> {
  readonly saw: string;
  readonly result: T;
}

/** What steps work with. */
export interface StepsOptions {
  readonly screen: Screen;
  readonly paint: Paint;
  readonly signal: AbortSignal;
  /** What the processes said so far, for a failure. */
  readonly seen: () => string;
}

/** No step taken yet. */
export function openSteps({ screen, paint, signal, seen }: StepsOptions): Steps {
  const taken: Step[] = [];
  const begin = performance.now();
  return {
    taken,
    async take(name, observe) {
      const began = performance.now();
      const elapsed = () => shortDuration(performance.now() - began).padStart(6);
      const show = () => screen.live([paint.dim(`  ○ ${name.padEnd(NAME)} ${elapsed()}`)]);
      const ticking = setInterval(show, TICK);
      show();
      try {
        const { saw, result } = await within(observe(), signal);
        taken.push({ name, began: began - begin, took: performance.now() - began });
        screen.live([]);
        screen.print(`  ${paint.good('✓')} ${name.padEnd(NAME)} ${elapsed()}  ${paint.dim(saw)}`);
        return result;
      } catch (cause) {
        screen.live([]);
        if (signal.aborted) throw signal.reason;
        screen.print(`  ${paint.bad('✗')} ${name.padEnd(NAME)} ${elapsed()}`);
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new StepFailed(`Not observed: ${name}. ${why}\n${seen()}`, { cause });
      } finally {
        clearInterval(ticking);
      }
    },
  };
}

/** The steps over time, each where it began and as long as it took. */
export function timeline(steps: readonly Step[], paint: Paint): readonly string[] {
  const total = Math.max(...steps.map(({ began, took }) => began + took));
  const at = (ms: number) => Math.round((ms / total) * WIDTH);
  const rows = steps.map(({ name, began, took }) => {
    const from = Math.min(at(began), WIDTH - 1);
    const length = Math.max(1, at(began + took) - from);
    const bar = `${' '.repeat(from)}${'━'.repeat(length)}`;
    return `  ${name.padEnd(NAME)} ${shortDuration(took).padStart(6)}  ${paint.good(bar)}`;
  });
  return [...rows, `  ${'all of it'.padEnd(NAME)} ${paint.bold(shortDuration(total).padStart(6))}`];
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]);
  let stop: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    stop = () =>
      reject(signal.aborted ? signal.reason : new Error(`It did not happen within ${shortDuration(DEADLINE)}.`));
    over.addEventListener('abort', stop, { once: true });
    if (over.aborted) stop();
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    over.removeEventListener('abort', stop);
    work.catch(() => undefined); // After its deadline nobody waits for it any more.
  }
}

const NAME = 38;
const WIDTH = 28;
const TICK = 100;
/** For one step, in ms: a slow machine's first launch of a browser, and some. */
const DEADLINE = 60_000;
