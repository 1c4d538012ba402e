import { dirname, join } from 'node:path';

/** One promise of a page, with the tests that prove it. */
export interface Promised {
  readonly promise: string;
  readonly proofs: readonly Proof[];
  /** Whether the page says "Not proved" of the promise or of a part of it. */
  readonly admits: boolean;
}

/** A test by its file, relative to the root, and its name. */
export interface Proof {
  readonly file: string;
  readonly name: string;
}

/**
 * The promises of a page whose tables have two columns: a promise, and `[…](file): name` or **Not proved:**. A row without
 * a promise belongs to the one above.
 */
export function promisesOf(page: string, text: string): readonly Promised[] {
  const promises: Promised[] = [];
  for (const [, promise = '', proof = ''] of text.matchAll(/^\| (.*?) *\| (.+?) *\|$/gm)) {
    if (promise === 'promise' || promise.startsWith('---')) continue;
    const above = promise === '' ? promises.pop() : undefined;
    const { proofs, admits } = above ?? { proofs: [], admits: false };
    promises.push({
      promise: above?.promise ?? promise,
      proofs: [...proofs, ...proofOf(page, proof)],
      admits: admits || proof.startsWith('**Not proved:** '),
    });
  }
  return promises;
}

function proofOf(page: string, proof: string): readonly Proof[] {
  const [, target, name] = /^\[[^\]]+\]\(([^)]+)\): (.+)$/.exec(proof) ?? [];
  return target === undefined || name === undefined ? [] : [{ file: join(dirname(page), target), name }];
}

/** Whether the text of a test file has a test with exactly this name. */
export function hasTest(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
}
