import type { CapabilityName } from '@wakey/core';

/**
 * One promise of a contract, and a check whether a subject keeps the promise. Runs under any test runner:
 * `for (const { name, check } of clauses) it(name, () => check(subject))`.
 */
export interface Clause<Subject, Made, Needs extends string = CapabilityName> {
  /** Unique among the clauses of a contract. */
  readonly name: string;
  /** The capability that the clause needs. Without it, the clause checks that the call is refused as `unsupported`. */
  readonly needs?: Needs;
  /** Rejects if the promise is broken; the error says what the check saw. */
  check(subject: Subject): Promise<void>;
  /** Breaks a good subject in a way that this clause must notice. This tests the suite itself. */
  sabotage(good: Made): Made;
}
