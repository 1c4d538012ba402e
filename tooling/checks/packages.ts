import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages, root } from '../workspaces.ts';
import { type CheckResult, runCheck } from './check-result.ts';

const publint = join(root, 'node_modules/publint/src/cli.js');
const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
const pnpm = join(root, 'node_modules/pnpm/bin/pnpm.mjs');

/** The checks of publint and attw for each published package, on the tarball that would be published. */
export function packageChecks(): readonly (() => Promise<CheckResult>)[] {
  return publishedPackages().flatMap(({ name, folder, isLibrary }) => {
    let packed: string | undefined;
    const tarball = () => {
      packed ??= pack(folder);
      return packed;
    };
    return [
      () => runCheck(`publint ${name}`, [publint, tarball(), '--strict']),
      // attw checks types, and programs have none.
      ...(isLibrary ? [() => runCheck(`attw ${name}`, [attw, tarball(), '--profile', 'esm-only'])] : []),
    ];
  });
}

function pack(folder: string): string {
  const destination = join(root, '.wakey/tarballs', folder);
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  const packed = spawnSync(process.execPath, [pnpm, 'pack', '--pack-destination', destination], {
    cwd: join(root, folder),
  });
  const tarball = readdirSync(destination).find((file) => file.endsWith('.tgz'));
  if (!tarball) throw new Error(`pnpm pack made no tarball of ${folder}: ${packed.stdout}${packed.stderr}`);
  return join(destination, tarball);
}
