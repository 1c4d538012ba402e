import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, workspaces } from '../workspaces.ts';
import { fences, type Page } from './markdown.ts';

/** Type-checks the ```ts blocks of pages, each as a module of its own, and skips ```ts nocheck blocks. */
export function typeErrors(pages: readonly Page[]): readonly string[] {
  const snippets = new Map(pages.flatMap((page) => modulesOf(page).map((module) => [module.file, module] as const)));
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => snippets.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const snippet = snippets.get(file);
    return snippet ? ts.createSourceFile(file, snippet.text, version, true) : getSourceFile(file, version, ...rest);
  };
  const program = ts.createProgram([...snippets.keys()], options, host);
  return [...snippets.values()].flatMap(({ file, page, line }) => {
    const source = program.getSourceFile(file);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map(({ messageText, start = 0 }) => {
      const at = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + line;
      return `${page}:${at} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

function modulesOf({ path, text }: Page) {
  return fences(text)
    .filter(({ words }) => words[0] === 'ts' && !words.includes('nocheck'))
    .map((fence) => ({
      // The e2e folder has all packages installed that a user would install.
      file: join(root, 'e2e', `${path.replaceAll('/', '.')}.${fence.line}.ts`),
      page: path,
      line: fence.line,
      // The export makes every snippet a module, so that it may use top-level await.
      text: `${fence.text}\nexport {};\n`,
    }));
}

function compilerOptions(): ts.CompilerOptions {
  const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(base.config, ts.sys, root);
  const entries = workspaces()
    .map(({ name, folder }) => [name, join(root, folder, 'src/index.ts')] as const)
    .filter(([, entry]) => existsSync(entry));
  return {
    ...options,
    noUnusedLocals: false,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: Object.fromEntries(entries.map(([name, entry]) => [name, [entry]])),
  };
}
