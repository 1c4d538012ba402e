import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { publishedPackages, root, type Workspace } from '../workspaces.ts';

/** The public surface of one library, as Markdown, and the file that records it. */
export interface Surface {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** The surface of each published library of the workspace that has sources. */
export function surfaces(): readonly Surface[] {
  const libraries = publishedPackages()
    .map((workspace) => ({ workspace, entries: sourceEntries(workspace) }))
    .filter(({ entries }) => entries.length > 0);
  const program = ts.createProgram(
    libraries.flatMap(({ entries }) => entries.map(({ source }) => source)),
    compilerOptions(),
  );
  return libraries.map(({ workspace, entries }) => ({
    name: workspace.name,
    file: join(root, workspace.folder, 'surface.md'),
    text: [
      `# Surface of ${workspace.name}`,
      'The exports of this package; a test compares this file with the sources. `pnpm surface` rewrites this file. A change to it needs a changeset.',
      ...entries.map(({ subpath, source }) => section(subpath, describeModule(program, source))),
    ]
      .join('\n\n')
      .concat('\n'),
  }));
}

interface Entry {
  readonly subpath: string;
  readonly source: string;
}

function sourceEntries({ folder, manifest }: Workspace): readonly Entry[] {
  return (
    Object.entries((manifest.exports ?? {}) as Record<string, { 'wakey:source'?: string; import?: string }>)
      // An entry without a built file serves only tests in the workspace.
      .filter(([, targets]) => targets.import !== undefined)
      .map(([subpath, targets]) => ({ subpath, source: join(root, folder, targets['wakey:source'] ?? '') }))
      .filter(({ source }) => /\.ts$/.test(source) && existsSync(source))
  );
}

function section(subpath: string, declarations: readonly string[]): string {
  return [`## \`${subpath}\``, ['```ts', ...declarations, '```'].join('\n')].join('\n\n');
}

/** The compiler options for all surfaces. They include the browser's types, which some packages need; core's own tsconfig excludes them from core. */
function compilerOptions(): ts.CompilerOptions {
  const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), (file) => readFileSync(file, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(base.config, ts.sys, join(root, 'tooling'));
  return {
    ...options,
    // Unions print in the same order, whatever other files the program contains.
    stableTypeOrdering: true,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
}

/** Each exported name with its declaration, sorted by name. */
export function describeModule(program: ts.Program, file: string): readonly string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} exports nothing.`);
  return checker
    .getExportsOfModule(module)
    .map((exported) => ({ name: exported.name, symbol: resolve(checker, exported) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, symbol }) => describe(checker, name, symbol));
}

function resolve(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function describe(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): readonly string[] {
  return (symbol.declarations ?? []).map((declaration) => {
    if (ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration)) {
      const word = ts.isFunctionDeclaration(declaration) ? 'function' : 'const';
      const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
      return `${word} ${name}: ${checker.typeToString(type, declaration, ts.TypeFormatFlags.NoTruncation)};`;
    }
    if (ts.isClassDeclaration(declaration)) return describeClass(checker, name, declaration);
    return print(declaration).replace(/^export (declare )?/, '');
  });
}

function describeClass(checker: ts.TypeChecker, name: string, declaration: ts.ClassDeclaration): string {
  const heritage = declaration.heritageClauses?.map(print).join(' ') ?? '';
  const members = declaration.members.map((member) => {
    if (ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member)) {
      const type = checker.typeToString(checker.getTypeAtLocation(member), member, ts.TypeFormatFlags.NoTruncation);
      return `  ${member.name.getText()}: ${type};`;
    }
    if (ts.isConstructorDeclaration(member)) return `  constructor(${member.parameters.map(print).join(', ')});`;
    return `  ${print(member)}`;
  });
  return [`class ${name} ${heritage} {`.replace('  ', ' '), ...members, '}'].join('\n');
}

function print(node: ts.Node): string {
  return ts.createPrinter({ removeComments: true }).printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
}
