import { Buffer } from 'node:buffer';
import type { Limits } from './limits.js';

/** Checks the paths of one bundle: each path by itself and against the paths before it. */
export interface BundlePaths {
  /** Why the path of a file is refused, or `undefined` after it was accepted. */
  refusal(path: string): string | undefined;
  /** Does the same as `refusal` for the path of a directory, which may come more than once. */
  refusalOfDirectory(path: string): string | undefined;
}

/**
 * Checks relative paths by the rules of the strictest file systems, because another machine may open the bundle: if two
 * names are the same on its file system, one file would silently overwrite the other.
 */
export function bundlePaths({ pathBytes }: Pick<Limits, 'pathBytes'>): BundlePaths {
  /** Every file and directory so far, by its name on a file system that ignores case and the forms of Unicode. */
  const taken = new Map<string, { readonly path: string; readonly isFile: boolean }>();

  const take = (path: string, isFile: boolean): string | undefined => {
    const key = path.normalize('NFKC').toLowerCase();
    const there = taken.get(key);
    if (there === undefined) taken.set(key, { path, isFile });
    else if (there.path !== path) return 'two of its paths differ only by case or by the form of their letters';
    else if (there.isFile && isFile) return 'it has a path twice';
    else if (there.isFile !== isFile) return 'one of its paths is a file and a directory at once';
    return undefined;
  };
  const judge = (path: string, isFile: boolean): string | undefined => {
    if (Buffer.byteLength(path) > pathBytes) return `it has a path of more than ${pathBytes} bytes`;
    const segments = path.split('/');
    const parents = segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
    return firstOf(segments, wrongIn) ?? firstOf(parents, (directory) => take(directory, false)) ?? take(path, isFile);
  };
  return {
    refusal: (path) => judge(path, true),
    refusalOfDirectory: (path) => judge(path, false),
  };
}

/** The first result of `tell` that is not `undefined`. */
function firstOf(all: readonly string[], tell: (one: string) => string | undefined): string | undefined {
  for (const one of all) {
    const told = tell(one);
    if (told !== undefined) return told;
  }
  return undefined;
}

function wrongIn(segment: string): string | undefined {
  return rules.find(([pattern]) => pattern.test(segment))?.[1];
}

/** Patterns that no part of a path may match, each with its message. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'it has a path that is absolute, empty or has an empty part'],
  [/^\.\.?$/, 'it has a path that leads out of its directory'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this rule refuses a path with a control character
  [/[\u0000-\u001f\u007f\ufffd]/, 'it has a path with control characters, or that is not UTF-8'],
  [/[\\:]/, 'it has a path with a backslash or a colon, which lead elsewhere on Windows'],
  [/[. ]$/, 'it has a path with a part that ends in a dot or a blank, which Windows removes'],
  [/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i, 'it has a path that names a device on Windows'],
];
