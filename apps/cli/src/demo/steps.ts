import type { Paint } from '../terminal/paint.js';
import type { Screen } from '../terminal/screen.js';
import { shortDuration } from '../views/short-duration.js';

/** A step of the demo that happened. */
export interface Step {
  readonly name: string;
  /** In ms since the first step began. */
  readonly began: number;
  readonly took: number;
}

/** A step did not happen. The message has its name, and what happened instead. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Takes one step after the other, and records their times. */
export interface Steps {
  readonly taken: readonly Step[];
  /**
   * Prints the step while it runs and when it is done. `observe` resolves with what happened, in words, and with a result.
   * Rejects with StepFailed if `observe` rejects or does not resolve before the deadline.
   */
  take<T>(name: string, observe: () => Promise<Observed<T>>): Promise<T>;
}

/** The outcome of a step. */
export interface Observed<T> {
  readonly saw: string;
  readonly result: T;
}

/** What the steps need. */
export interface StepsOptions {
  readonly screen: Screen;
  readonly paint: Paint;
  readonly signal: AbortSignal;
  /** The last output of the processes, for the message of a failure. */
  readonly seen: () => string;
}

/** Begins the steps of a demo. */
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

/** The steps as bars over time. */
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
    work.catch(() => undefined); // After the deadline nothing waits for the work.
  }
}

const NAME = 38;
const WIDTH = 28;
const TICK = 100;
/** For one step, in ms: longer than the first launch of a browser on a slow machine. */
const DEADLINE = 60_000;
