import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { describeModule, surfaces } from './surface.ts';

describe.each(surfaces().map((surface) => [surface.name, surface] as const))(
  'the surface of %s',
  (_, { file, text }) => {
    it('equals surface.md; after a change on purpose, run `pnpm surface` and add a changeset', () => {
      expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : `(there is no ${file})`);
    });
  },
);

describe('describeModule', () => {
  it('shows the declarations that a caller can see, and follows re-exports', () => {
    const program = virtualProgram({
      '/a.ts': `export { open as begin } from './b.js'; export type { Door } from './b.js'; export * from './c.js';`,
      '/b.ts': `/** A door. */ export interface Door { /** Wide. */ readonly width: number }
        export function open(door: Door, hard = false) { return hard ? door.width : 'no'; }`,
      '/c.ts': `export class Jam extends Error { readonly why = 'rust'; constructor(readonly at: number) { super(); } }`,
    });
    expect(describeModule(program, '/a.ts')).toEqual([
      'interface Door {\n    readonly width: number;\n}',
      'class Jam extends Error {\n  why: "rust";\n  constructor(readonly at: number);\n}',
      'function begin: (door: Door, hard?: boolean) => number | "no";',
    ]);
  });
});

function virtualProgram(files: Readonly<Record<string, string>>): ts.Program {
  const options = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.NodeNext, strict: true, noLib: false };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => file in files || fileExists(file);
  host.readFile = (file) => files[file] ?? ts.sys.readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = files[file];
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version, true);
  };
  return ts.createProgram(Object.keys(files), options, host);
}
