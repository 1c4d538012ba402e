import type { Header } from './header.ts';
import { type Judgement, judge } from './judge.ts';
import { type Seen, withMessage } from './seen.ts';

/** What the service concludes from one message and those before it. */
export interface Observation extends Omit<Judgement, 'verdict'> {
  /** As in {@link Judgement}. `two-copies`: two states of one device write by turns. */
  readonly verdict: Judgement['verdict'] | 'two-copies';
  /** Whether this message is the first that shows it; the later ones of the same copy follow from it. */
  readonly isNews: boolean;
}

/** Watches what one device sends to one peer or group. */
export interface Watch {
  observe(header: Header): Observation;
}

/** The last message of one copy of a device. */
type Line = Pick<Header, 'session' | 'step' | 'key' | 'counter'>;

const rememberedLines = 8;

/** See {@link Watch}. A fall-back begins a new line; a message that goes on in an earlier line shows that two copies run. */
export function createWatch(): Watch {
  let seen: Seen = { chains: [] };
  let lines: readonly Line[] = [];

  return {
    observe(header) {
      const judgement = judge(seen, header);
      seen = withMessage(seen, header);
      if (judgement.verdict === 'redelivery') return { ...judgement, isNews: true };
      const latest = lines.at(-1);
      const follows = lines.findLast((line) => goesOn(line, header));
      const isOtherCopy = follows !== undefined && follows !== latest;
      const isFork = follows === undefined && judgement.verdict === 'fall-back';
      const replaced = isFork ? undefined : (follows ?? latest);
      lines = [...lines.filter((line) => line !== replaced), header].slice(-rememberedLines);
      if (isOtherCopy) return { ...judgement, verdict: 'two-copies', isNews: true };
      return { ...judgement, isNews: isFork };
    },
  };
}

/** Whether a message is exactly the next one after the last message of a line. */
function goesOn(line: Line, { session, step, key, counter, previous }: Header): boolean {
  if (session !== line.session) return false;
  if (step === line.step) return key === line.key && counter === line.counter + 1;
  return step > line.step && counter === 0 && previous === line.counter;
}
