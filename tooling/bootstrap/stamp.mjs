import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Folders with files that tools make, not people. */
const made = new Set(['node_modules', 'dist', 'generated', '.turbo', 'coverage']);

/**
 * The folders of the workspace packages, relative to the root.
 * @param {string} root
 * @returns {string[]}
 */
export function workspaces(root) {
  const nested = ['packages', 'packages/drivers', 'packages/stores', 'apps'].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [],
  );
  return [...nested, 'tooling', 'testkit', 'e2e', 'bench']
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort();
}

/**
 * A hash of the files that decide which packages get installed.
 * @param {string} root
 */
export function packagesHash(root) {
  const manifests = workspaces(root).map((folder) => `${folder}/package.json`);
  return hashFiles(root, ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]);
}

/**
 * A hash of the files that a build reads. Tests and Markdown are left out, so that editing them causes no build.
 * @param {string} root
 */
export function sourcesHash(root) {
  const sources = workspaces(root)
    .filter((folder) => folder.includes('/'))
    .flatMap((folder) => filesBelow(root, join(root, folder)))
    .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.md'));
  return hashFiles(root, ['tsconfig.base.json', 'turbo.json', 'pnpm-lock.yaml', ...sources]);
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(root, folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return made.has(entry.name) ? [] : filesBelow(root, path);
    return entry.isFile() ? [relative(root, path).split(sep).join('/')] : [];
  });
}

/**
 * @param {string} root
 * @param {readonly string[]} files
 */
function hashFiles(root, files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    hash.update(`${file}\0`);
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} stampFile
 * @param {string} hash
 */
export function isStamped(stampFile, hash) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
}

/**
 * @param {string} stampFile
 * @param {string} hash
 */
export function stamp(stampFile, hash) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, hash);
}
