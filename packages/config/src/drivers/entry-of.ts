import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The file that `import` of a package would load from `directory`; undefined if the package is not installed there. Node itself
 * resolves only from the place of the importing file, and `require.resolve` does not find packages that are for `import` only.
 */
export async function entryOf(name: string, directory: string): Promise<string | undefined> {
  const folders = createRequire(join(directory, 'here.js')).resolve.paths(name) ?? [];
  const home = folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')));
  if (home === undefined) return undefined;
  const manifest: { readonly exports?: unknown; readonly main?: unknown } = JSON.parse(
    readFileSync(join(home, 'package.json'), 'utf8'),
  );
  const target = importTarget(rootExport(manifest.exports)) ?? manifest.main ?? 'index.js';
  return typeof target === 'string' ? join(home, target) : undefined;
}

function rootExport(exports: unknown): unknown {
  return typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports;
}

/** Tries the conditions in the order in which the package has them. */
function importTarget(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  for (const [condition, target] of Object.entries(exports)) {
    if (!['import', 'module-sync', 'node', 'default'].includes(condition)) continue;
    const found = importTarget(target);
    if (found !== undefined) return found;
  }
  return undefined;
}
