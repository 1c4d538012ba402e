import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../usage-error.js';
import { entryOf } from './entry-of.js';

/** The module to load, and the kind of its factory. */
export interface WantedModule {
  /** `puppeteer` is `@wakey/<kind>-puppeteer`; any other name is the name of a package or the path of a file. */
  readonly name: string;
  readonly kind: 'driver' | 'store';
  readonly from: Origin;
}

/** Where packages come from. */
export interface Origin {
  /** Where the program runs: packages installed there come first. */
  readonly cwd: string;
  /** Imports a package that came with the program: only the program's own files can resolve its name. */
  readonly own: (name: string) => Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Loads the factory of a driver or a store: the module's default export, or its only function whose name ends with `Driver` or
 * `Store`. Throws a UsageError that says what to install.
 */
export async function loadFactory<Options>(wanted: WantedModule): Promise<(options: Options) => unknown> {
  const { name, kind } = wanted;
  const ending = kind === 'driver' ? 'Driver' : 'Store';
  const module = await load({ ...wanted, name: /^[a-z0-9]+$/.test(name) ? `@wakey/${kind}-${name}` : name });
  const named = Object.keys(module).filter((key) => key.endsWith(ending) && typeof module[key] === 'function');
  const found = typeof module.default === 'function' ? module.default : named.length === 1 && module[named[0] ?? ''];
  if (typeof found === 'function') return found as (options: Options) => unknown;
  throw new UsageError(
    `The ${kind} "${name}" has no factory. Its module must export one function by default, or one whose name ends with "${ending}".`,
  );
}

async function load({ name, kind, from: { cwd, own } }: WantedModule): Promise<Readonly<Record<string, unknown>>> {
  try {
    if (isPath(name)) return await importFile(kind, resolve(cwd, name));
    const local = await entryOf(name, cwd);
    return local === undefined ? await own(name) : await importFile(kind, local);
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    throw new UsageError(adviceOf(kind, name, missing), { cause: error });
  }
}

/** The names of Wakey's own drivers and stores. Only for these does a message say to install a package: another name may be a stranger's. */
const known: { readonly [K in WantedModule['kind']]: readonly string[] } = {
  driver: ['puppeteer', 'playwright', 'lightpanda'],
  store: ['filesystem', 'none'],
};

function adviceOf(kind: WantedModule['kind'], name: string, missing: string): string {
  const short = name.replace(`@wakey/${kind}-`, '');
  if (kind === 'driver' && known.driver.includes(short)) {
    return `${absence(kind, name, missing)} Install it where you run this: npm install ${missing}`;
  }
  if (name !== missing) return `${absence(kind, name, missing)} See what its documentation says to install.`;
  const near = known[kind].find((word) => distance(short, word) <= word.length / 3);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return (
    `There is no ${kind} "${short}" here.${meant} Wakey has ${known[kind].join(', ')}; ` +
    'any other one is the name of a package that is installed where you run this, or the path of a file.'
  );
}

/** How many letters differ between two words: changed, added or left out. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [at, wanted] of [...other].entries()) {
      const changed = (row[at] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function isPath(name: string): boolean {
  return isAbsolute(name) || /^\.{1,2}[\\/]/.test(name);
}

async function importFile(kind: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) throw new UsageError(`There is no ${kind} at ${path}. Name a package or the path of a module's file.`);
  return await import(pathToFileURL(path).href);
}

function absence(kind: string, name: string, missing: string): string {
  return name === missing
    ? `The ${kind} package ${name} is not installed.`
    : `The ${kind} ${name} needs ${missing}, which is not installed.`;
}

/** The package that an import did not find; undefined if the import failed for another reason. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
}
