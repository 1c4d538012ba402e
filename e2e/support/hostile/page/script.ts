import fc from 'fast-check';
import { type Pose, poseNames } from './poses.ts';

/** A hostile document in the place of the real page. */
export interface HostileDocument {
  /** `own`: the session's origin. `other`: another site, such as a mirror or a login portal. */
  readonly site: 'own' | 'other';
  /** Whether the address announces a logout. */
  readonly address: 'plain' | 'logged-out';
  /** HTTP status; 0 if the browser does not report it. */
  readonly status: number;
  /** What it shows, one pose after the other, each for some ms. */
  readonly frames: readonly { readonly pose: Pose; readonly lasts: number }[];
  readonly answers: Answers;
  /** Whether its reports come twice, late, or not at all. */
  readonly reports: 'once' | 'twice' | 'late' | 'never';
  /** After how many ms the true page replaces it; 0: never. */
  readonly lasts: number;
}

/** How a document answers when it is read. */
export type Answers = 'promptly' | 'slowly' | 'never' | 'nothing' | 'garbage' | 'huge' | 'throws' | 'overtaken';

/** One act of a script, and how many ms after the previous one it happens. */
export interface Step {
  readonly after: number;
  readonly act: Act;
}

/** Everything that a script can do. */
export type Act =
  /** Another document replaces the present one now. */
  | { readonly type: 'document'; readonly document: HostileDocument }
  /** The browser gets these documents at the next loads. */
  | { readonly type: 'next'; readonly documents: readonly HostileDocument[] }
  /** The present document shows something else for a while. */
  | { readonly type: 'pose'; readonly pose: Pose; readonly lasts: number }
  /** A report of an earlier document arrives now. */
  | { readonly type: 'stale-report'; readonly back: number }
  /** The bot navigates the page. */
  | { readonly type: 'bot'; readonly does: 'goto-logged-out' | 'goto-other' | 'goto-own' | 'reload' }
  /** No document can be loaded for a while. */
  | { readonly type: 'outage'; readonly lasts: number }
  | { readonly type: 'crash' }
  | { readonly type: 'kill' }
  /** The phone unlinks the device: the one true logout. */
  | { readonly type: 'unlink' }
  | { readonly type: 'logout' }
  | { readonly type: 'restart' };

/** Everything that happens to one linked session. */
export interface Script {
  readonly steps: readonly Step[];
}

const ms = (max: number) => fc.integer({ min: 0, max });
const weighted = <T>(table: readonly (readonly [number, T])[]) =>
  fc.oneof(...table.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const documents: fc.Arbitrary<HostileDocument> = fc.record({
  site: weighted([
    [4, 'own' as const],
    [1, 'other' as const],
  ]),
  address: fc.constantFrom('plain' as const, 'logged-out' as const),
  status: weighted([
    [6, 200],
    [1, 0],
    [1, 204],
    [1, 404],
    [1, 503],
  ]),
  frames: fc.array(fc.record({ pose: fc.constantFrom(...poseNames), lasts: ms(20_000) }), {
    minLength: 1,
    maxLength: 4,
  }),
  answers: weighted([
    [10, 'promptly' as const],
    [2, 'slowly' as const],
    [1, 'never' as const],
    [1, 'nothing' as const],
    [1, 'garbage' as const],
    [1, 'huge' as const],
    [1, 'throws' as const],
    [2, 'overtaken' as const],
  ]),
  reports: fc.constantFrom('once' as const, 'once' as const, 'twice' as const, 'late' as const, 'never' as const),
  lasts: fc.oneof(fc.constant(0), ms(60_000)),
});

const pose = fc.constantFrom(...poseNames);
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: documents.map((document): Act => ({ type: 'document', document })) },
  {
    weight: 4,
    arbitrary: fc
      .array(documents, { minLength: 1, maxLength: 3 })
      .map((list): Act => ({ type: 'next', documents: list })),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pose' as const), pose, lasts: ms(60_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('stale-report' as const), back: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('goto-logged-out' as const, 'goto-other' as const, 'goto-own' as const, 'reload' as const)
      .map((does): Act => ({ type: 'bot', does })),
  },
  { weight: 1, arbitrary: ms(90_000).map((lasts): Act => ({ type: 'outage', lasts })) },
  { weight: 3, arbitrary: fc.constantFrom<Act>({ type: 'crash' }, { type: 'kill' }, { type: 'restart' }) },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ type: 'unlink' }, { type: 'unlink' }, { type: 'logout' }) },
);

/** Scripts of up to 15 steps. */
export const scripts: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(fc.record({ after: ms(40_000), act: acts }), { maxLength: 15, size: 'max' }),
});
