import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isStamped, packagesHash, sourcesHash, stamp, workspaces } from './stamp.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wakey-stamp-'));
  write('package.json', '{}');
  write('pnpm-lock.yaml', 'lock');
  write('packages/core/package.json', '{}');
  write('packages/core/src/index.ts', 'export {}');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

it('installs again after a change of the lockfile or of a package.json, and not after a change of a source', () => {
  const first = packagesHash(root);
  write('packages/core/src/index.ts', 'export const a = 1');
  expect(packagesHash(root)).toBe(first);
  write('packages/core/package.json', '{"name":"x"}');
  const second = packagesHash(root);
  expect(second).not.toBe(first);
  write('pnpm-lock.yaml', 'newer');
  expect(packagesHash(root)).not.toBe(second);
});

it('builds again for a new source, and not for tests, Markdown or files that tools make', () => {
  const first = sourcesHash(root);
  write('packages/core/src/index.test.ts', 'test');
  write('packages/core/README.md', 'prose');
  write('packages/core/dist/index.js', 'made');
  write('packages/core/src/generated/page.ts', 'made');
  expect(sourcesHash(root)).toBe(first);
  write('packages/core/src/other.ts', '');
  expect(sourcesHash(root)).not.toBe(first);
});

it('counts only folders with a package.json as packages', () => {
  mkdirSync(join(root, 'packages/empty'));
  expect(workspaces(root)).toEqual(['packages/core']);
});

it('recognises only the hash that the stamp file has', () => {
  const file = join(root, 'deep/stamp');
  expect(isStamped(file, 'abc')).toBe(false);
  stamp(file, 'abc');
  expect(isStamped(file, 'abc')).toBe(true);
  expect(isStamped(file, 'abd')).toBe(false);
});
