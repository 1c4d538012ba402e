/** A comparison of Wakey with another way to do the same work. */
export interface Bench {
  /** What is compared with what, in one sentence. */
  readonly what: string;
  /** Prepares both ways for work of about `megabytes`. `close` removes what it made. */
  open(megabytes: number): Promise<Pair>;
}

/** Two ways to do the same work. A way that also prepares its work resolves to the time of the work itself, in ms. */
export interface Pair {
  readonly ours: Way;
  readonly theirs: Way;
  readonly close: () => Promise<void>;
}

/** A measurement of a session that runs anyway, where a ratio of two times says nothing. */
export interface Costs {
  /** What is measured, in one sentence. */
  readonly what: string;
  measure(extent: Extent): Promise<readonly Cost[]>;
}

/** How much to measure. */
export interface Extent {
  readonly rounds: number;
  /** How long one second of a round lasts, in ms: less in a sample. */
  readonly second: number;
}

/** A number with its goal. */
export interface Cost {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most that it should be; absent if no goal is set. */
  readonly goal?: number;
}

type Way = () => Promise<void> | Promise<number>;

/** How much longer ours takes than theirs: 1 is the same, 2 is twice as long. */
export interface Ratio {
  readonly median: number;
  /** Of all rounds. */
  readonly least: number;
  readonly most: number;
  /** The time of theirs, in ms: the median. */
  readonly theirs: number;
  /**
   * How much more CPU time this process takes for ours, the median: other programs on the machine change it less. Absent if
   * the ways measure their time themselves, because other processes then do a part of the work.
   */
  readonly cpu?: number;
}

/** The clocks of a measurement, in ms: the time, and the CPU time of this process. */
export interface Clocks {
  readonly now: () => number;
  readonly cpu: () => number;
}

/**
 * Measures both ways in turns within one run, because the speed of a shared machine changes from minute to minute: only the
 * ratio of neighbours means something. The way that goes first changes with each round. The first round does not count.
 */
export async function measure(
  { ours, theirs }: Pair,
  rounds: number,
  clocks: Clocks = { now: () => performance.now(), cpu: cpuTime },
): Promise<Ratio> {
  const pairs: { readonly ours: Took; readonly theirs: Took }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const one = await timed(isFirst ? ours : theirs, clocks);
    const other = await timed(isFirst ? theirs : ours, clocks);
    if (round > 0) pairs.push(isFirst ? { ours: one, theirs: other } : { ours: other, theirs: one });
  }
  const ratios = pairs.map((pair) => pair.ours.ms / pair.theirs.ms).sort((a, b) => a - b);
  const cpu = pairs.flatMap(({ ours: { cpu: one }, theirs: { cpu: other } }) =>
    one === undefined || other === undefined ? [] : [one / other],
  );
  return {
    ...{ median: middle(ratios), least: ratios[0] ?? 0, most: ratios.at(-1) ?? 0 },
    theirs: medianOf(pairs.map((pair) => pair.theirs.ms)),
    ...(cpu.length === 0 ? {} : { cpu: medianOf(cpu) }),
  };
}

interface Took {
  readonly ms: number;
  /** The CPU time of this process; absent if the way measured its time itself. */
  readonly cpu?: number;
}

async function timed(work: Way, { now, cpu }: Clocks): Promise<Took> {
  const began = { now: now(), cpu: cpu() };
  const took = await work();
  return typeof took === 'number' ? { ms: took } : { ms: now() - began.now, cpu: cpu() - began.cpu };
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The median of numbers in any order. */
export function medianOf(values: readonly number[]): number {
  return middle([...values].sort((a, b) => a - b));
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
