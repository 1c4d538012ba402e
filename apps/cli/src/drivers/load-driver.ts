import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserDriver, BrowserOptions } from '@wakey/core';
import { UsageError } from '../usage-error.js';
import { entryOf } from './entry-of.js';

/**
 * Makes the driver of a name: `puppeteer` is `@wakey/driver-puppeteer`, anything else is the name of a package or the
 * path of a file. Taken from where the command runs, else from what came with it. Throws a UsageError that says what to
 * install.
 */
export async function loadDriver(name: string, options: BrowserOptions, cwd: string): Promise<BrowserDriver> {
  const specifier = /^[a-z0-9]+$/.test(name) ? `@wakey/driver-${name}` : name;
  const module = await load(specifier, cwd);
  const factory = factoryOf(module);
  if (factory === undefined) {
    throw new UsageError(
      `The driver "${name}" has no factory. Its module must export one function by default, or one whose name ends with "Driver".`,
    );
  }
  const driver = factory(options);
  if (isDriver(driver)) return driver;
  throw new UsageError(
    `What "${name}" makes is no driver: it has no launch(). See the contract BrowserDriver of @wakey/core.`,
  );
}

async function load(specifier: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    if (isPath(specifier)) return await importFile(resolve(cwd, specifier));
    const local = await entryOf(specifier, cwd);
    return local === undefined ? await import(specifier) : await importFile(local);
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    throw new UsageError(`${absence(specifier, missing)} Install it where you run this: npm install ${missing}`, {
      cause: error,
    });
  }
}

function isPath(specifier: string): boolean {
  return isAbsolute(specifier) || /^\.{1,2}[\\/]/.test(specifier);
}

async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) throw new UsageError(`There is no driver at ${path}. Name a package or the path of a module's file.`);
  return await import(pathToFileURL(path).href);
}

function absence(specifier: string, missing: string): string {
  return specifier === missing
    ? `The driver package ${specifier} is not installed.`
    : `The driver ${specifier} needs ${missing}, which is not installed.`;
}

/** The package that an import did not find; undefined when it failed for another reason. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
}

type Factory = (options: BrowserOptions) => unknown;

function factoryOf(module: Readonly<Record<string, unknown>>): Factory | undefined {
  const named = Object.keys(module).filter((name) => name.endsWith('Driver') && typeof module[name] === 'function');
  const found = typeof module.default === 'function' ? module.default : named.length === 1 && module[named[0] ?? ''];
  return typeof found === 'function' ? (found as Factory) : undefined;
}

function isDriver(value: unknown): value is BrowserDriver {
  return typeof value === 'object' && value !== null && 'launch' in value && typeof value.launch === 'function';
}
