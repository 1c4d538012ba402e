import type { CapabilityName } from '@wakey/core';

/**
 * One promise of a contract, and how to see whether it is kept. Runs under any test runner:
 * `for (const { name, check } of clauses) it(name, () => check(subject))`.
 */
export interface Clause<Subject, Made, Needs extends string = CapabilityName> {
  /** Unique among the clauses of a contract. */
  readonly name: string;
  /** Where this capability is absent, the clause checks instead that what needs it is refused as unsupported. */
  readonly needs?: Needs;
  /** Rejects, saying what was seen, where the promise is broken. */
  check(subject: Subject): Promise<void>;
  /** Breaks a good one in a way that this clause must notice: so the suite itself is tested. */
  sabotage(good: Made): Made;
}
