import { dirname, join } from 'node:path';

/** A row of the table of promises. */
export interface Promised {
  readonly promise: string;
  readonly proofs: readonly Proof[];
  /** Whether it says that, or in how far, nothing proves it. */
  readonly admits: boolean;
}

/** A test by its file, relative to the root, and its name. */
export interface Proof {
  readonly file: string;
  readonly name: string;
}

/** The rows of a page whose tables have two columns: a promise, and `[…](file): name` or **Not proved:**, by `<br>`. */
export function promisesOf(page: string, text: string): readonly Promised[] {
  return [...text.matchAll(/^\| (.+?) \| (.+) \|$/gm)].flatMap(([, promise = '', proved = '']) => {
    if (promise === 'promise' || promise === '---') return [];
    const parts = proved.split('<br>');
    return [
      {
        promise,
        proofs: parts.flatMap((part) => proofOf(page, part)),
        admits: parts.some((part) => part.startsWith('**Not proved:** ')),
      },
    ];
  });
}

function proofOf(page: string, part: string): readonly Proof[] {
  const [, target, name] = /^\[[^\]]+\]\(([^)]+)\): (.+)$/.exec(part) ?? [];
  return target === undefined || name === undefined ? [] : [{ file: join(dirname(page), target), name }];
}

/** Whether a file of tests, given as text, has one of that name: a whole string, not a part of one. */
export function hasTest(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
}
