import { describe, expect, it } from 'vitest';
import { applicationGlobals, importsLeaving, packageOf, specifiers } from './sources.ts';

const file = (text: string, path = 'packages/core/src/machine/state.ts') => ({ path, text });

describe('specifiers', () => {
  it('finds modules in every kind of import and export', () => {
    const text = `import a from 'a'; export * from './b.js'; import type { C } from '@c/d'; await import('e');
      type F = import('f').F; import 'g';`;
    expect([...specifiers(file(text))].sort()).toEqual(['./b.js', '@c/d', 'a', 'e', 'f', 'g']);
  });

  it('does not take words in comments and strings for imports', () => {
    expect(specifiers(file(`// import x from 'x'\nconst s = "import y from 'y'";`))).toEqual([]);
  });
});

describe('packageOf', () => {
  it.each([
    ['@wakey/core', '@wakey/core'],
    ['@wakey/core/deep/file', '@wakey/core'],
    ['ws/lib', 'ws'],
    ['./near.js', undefined],
    ['node:fs', undefined],
    ['fs', undefined],
  ])('%s belongs to %s', (specifier, name) => {
    expect(packageOf(specifier)).toBe(name);
  });
});

describe('importsLeaving', () => {
  it('lists packages, Node modules and files outside the folder, and no file inside it', () => {
    const text = `import './event.js'; import './sub/x.js'; import '../errors.js'; import 'node:fs'; import 'ws';`;
    expect(importsLeaving('packages/core/src/machine', file(text))).toEqual(['../errors.js', 'node:fs', 'ws']);
  });
});

describe('applicationGlobals', () => {
  it.each([
    ['const home = process.env.HOME;', 'process.env'],
    ['process.exit(1);', 'process.exit'],
    ['globalThis.process.stdout.write("x");', 'process.stdout'],
    ['console.log(1);', 'console'],
    [`import { env } from 'node:process';`, 'process.env'],
    [`import { argv as words } from 'process';`, 'process.argv'],
  ])('%s uses %s', (text, use) => {
    expect(applicationGlobals(file(text, 'x.ts'))).toEqual([`x.ts:1 uses ${use}`]);
  });

  it('allows a library to read the platform and the process id, and to send signals', () => {
    expect(applicationGlobals(file(`process.platform; process.pid; process.kill(1, 0); // process.env`))).toEqual([]);
  });
});
