import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { workspaces as workspaceFolders } from './bootstrap/stamp.mjs';

/** The root of the clone. */
export const root = resolve(import.meta.dirname, '..');

/** The parts of a package.json that our checks read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One package of the workspace. */
export interface Workspace {
  readonly name: string;
  /** The path relative to the root, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Whether it has an entry to import. */
  readonly isLibrary: boolean;
}

/** Every package of the workspace, by folder. */
export function workspaces(): readonly Workspace[] {
  return workspaceFolders(root).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
    return { name: manifest.name, folder, manifest, isLibrary: manifest.exports !== undefined };
  });
}

/** The packages that go to the registry. */
export function publishedPackages(): readonly Workspace[] {
  return workspaces().filter(({ manifest }) => manifest.private !== true);
}
