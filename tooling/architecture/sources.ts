import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { root } from '../workspaces.ts';

/** One source file of the repository, as text. */
export interface SourceFile {
  /** The path relative to the root, with `/` as separator. */
  readonly path: string;
  readonly text: string;
}

const skipped = new Set(['node_modules', 'dist', 'generated', '.turbo', 'golden', 'coverage']);

/** The hand-written sources below a folder. */
export function sourcesBelow(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|js)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => skipped.has(part)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Whether only tests use a file: the test files, and all files in a `test` or `testing` folder. */
export function isTest(path: string): boolean {
  return /\.(test|test-d)\.ts$|\/(test|testing)\//.test(path);
}

/** Every module that a file names: in static and dynamic imports, re-exports, types and `require`. */
export function specifiers({ text }: SourceFile): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
}

/** The package of an import: `@wakey/core/x` → `@wakey/core`. Undefined for relative paths and Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier))
    return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The imports of a file that lead out of `folder`, in which the file is; relative imports count too. */
export function importsLeaving(folder: string, file: SourceFile): readonly string[] {
  return specifiers(file).filter((specifier) => {
    if (!specifier.startsWith('.')) return true;
    return !join(dirname(file.path), specifier).split(sep).join('/').startsWith(`${folder}/`);
  });
}

const forbiddenOfProcess = new Set(['env', 'exit', 'exitCode', 'argv', 'stdin', 'stdout', 'stderr']);

/** The places where a file uses what only applications may use: environment, arguments, terminal, and the end of the process. */
export function applicationGlobals({ path, text }: SourceFile): readonly string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const use = applicationGlobal(node);
    if (use) found.push(`${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} uses ${use}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function applicationGlobal(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = node.expression.getText().replace(/^globalThis\./, '');
    if (owner === 'console') return 'console';
    if (owner === 'process' && forbiddenOfProcess.has(node.name.text)) return `process.${node.name.text}`;
  }
  if (ts.isImportDeclaration(node) && /^(node:)?process$/.test((node.moduleSpecifier as ts.StringLiteral).text)) {
    const bindings = node.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) return undefined;
    const name = bindings.elements
      .map((element) => (element.propertyName ?? element.name).text)
      .find((text) => forbiddenOfProcess.has(text));
    return name && `process.${name}`;
  }
  return undefined;
}
