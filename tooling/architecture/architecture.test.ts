import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root, type Workspace, workspaces } from '../workspaces.ts';
import { applicationGlobals, importsLeaving, isTest, packageOf, sourcesBelow, specifiers } from './sources.ts';
import { apps, browserLibraries, rules } from './table.ts';

const everything = workspaces();
const ours = new Set(everything.map(({ name }) => name));
const libraries = everything.filter(({ folder }) => folder.startsWith('packages/'));

/** Which of our packages a package may import, in its sources or in its tests. */
function allowed(name: string, inTests: boolean): (imported: string) => boolean {
  const rule = rules[name];
  if (!rule) return () => false;
  if (rule.may === 'anything') return (imported) => !apps.includes(imported) || imported === name;
  const names = [name, ...rule.may, ...(inTests ? rule.tests : [])];
  return (imported) => names.includes(imported);
}

describe.each(everything.map((workspace) => [workspace.name, workspace] as const))('%s', (name, workspace) => {
  it('is in the table of allowed imports', () => {
    expect(Object.keys(rules)).toContain(name);
  });

  it('declares as dependencies only those of our packages that the table allows', () => {
    const { dependencies, peerDependencies, optionalDependencies, devDependencies } = workspace.manifest;
    const shipped = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    const forbidden = [
      ...shipped.filter((imported) => ours.has(imported) && !allowed(name, false)(imported)),
      ...Object.keys(devDependencies ?? {}).filter((imported) => ours.has(imported) && !allowed(name, true)(imported)),
    ];
    expect(forbidden).toEqual([]);
  });

  it('imports only those of our packages that the table allows', () => {
    const forbidden = sourcesBelow(workspace.folder).flatMap((file) =>
      specifiers(file)
        .map((specifier) => ({ specifier, imported: packageOf(specifier) }))
        .filter(({ imported }) => imported !== undefined && (ours.has(imported) || imported.startsWith('@wakey/')))
        .filter(({ imported }) => !allowed(name, isTest(file.path))(imported ?? ''))
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    expect(forbidden).toEqual([]);
  });

  it('type-checks every file it has, tests included', () => {
    const configs = tsconfigsOf(workspace.folder);
    const script = workspace.manifest.scripts?.typecheck ?? '';
    const checked = new Set(
      configs.filter(isRunBy(script, workspace.folder)).flatMap((config) => readTsconfig(config).fileNames),
    );
    const unchecked = sourcesBelow(workspace.folder)
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.config.ts') && !checked.has(join(root, path)));
    expect(unchecked).toEqual([]);
  });

  it('keeps each file within 300 lines', () => {
    const long = sourcesBelow(workspace.folder)
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });
});

describe.each(libraries.map((workspace) => [workspace.name, workspace] as const))(
  '%s, a library',
  (name, workspace) => {
    it('never reads the environment, prints, or exits', () => {
      const sources = sourcesBelow(`${workspace.folder}/src`).filter(({ path }) => !isTest(path));
      expect(sources.flatMap(applicationGlobals)).toEqual([]);
    });

    it('reaches no other package by a relative path', () => {
      const strays = sourcesBelow(workspace.folder)
        .filter((file) => !file.path.endsWith('.config.ts'))
        .flatMap((file) =>
          importsLeaving(workspace.folder, file)
            .filter((specifier) => specifier.startsWith('.'))
            .map((specifier) => `${file.path} imports ${specifier}`),
        );
      expect(strays).toEqual([]);
    });

    it('is published as ESM, without the entry for sources that the workspace uses', () => {
      const { exports, publishConfig, ...manifest } = readManifest(workspace);
      expect(manifest).toMatchObject({ type: 'module', license: 'Apache-2.0', engines: { node: '>=22.15' } });
      expect(publishConfig).toMatchObject({ access: 'public' });
      expect(publishConfig?.exports).toEqual(withoutSources(exports));
      for (const entry of Object.values(exports)) expect(Object.keys(entry as object)[0]).toBe('wakey:source');
    });

    it('has no browser library, except as the peer dependency of the driver for that library', () => {
      const sources = sourcesBelow(`${workspace.folder}/src`).filter(({ path }) => !isTest(path));
      const imported = new Set(sources.flatMap(specifiers).map(packageOf));
      const { dependencies, peerDependencies } = workspace.manifest;
      for (const [library, driver] of Object.entries(browserLibraries)) {
        expect(Object.keys(dependencies ?? {})).not.toContain(library);
        expect(Object.keys(peerDependencies ?? {}).includes(library) && name !== driver).toBe(false);
        expect(imported.has(library) && name !== driver).toBe(false);
      }
    });
  },
);

describe('core', () => {
  it('has no dependency', () => {
    const core = everything.find(({ name }) => name === '@wakey/core')?.manifest;
    expect({ ...core?.dependencies, ...core?.peerDependencies, ...core?.optionalDependencies }).toEqual({});
  });

  it('is compiled without the types of the DOM and of Node', () => {
    const { options, fileNames } = readTsconfig('packages/core/tsconfig.json');
    expect(options.types).toEqual([]);
    expect(options.lib?.map((lib) => lib.replace(/^lib\.|\.d\.ts$/g, ''))).toEqual(['es2024']);
    expect(fileNames.length).toBeGreaterThan(0);
  });

  it('imports nothing from outside the machine’s folder into the machine', () => {
    const folder = 'packages/core/src/machine';
    const leaving = sourcesBelow(folder)
      .filter(({ path }) => !isTest(path))
      .flatMap((file) => importsLeaving(folder, file).map((specifier) => `${file.path} imports ${specifier}`));
    expect(leaving).toEqual([]);
  });
});

interface LibraryManifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly publishConfig?: { readonly exports?: unknown };
}

function readManifest({ folder }: Workspace): LibraryManifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as LibraryManifest;
}

/** The published entries: without their sources, and without entries that only have sources, such as entries for the tests of other packages. */
function withoutSources(exports: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(exports).map(([name, entry]) => {
    const { 'wakey:source': _, ...published } = entry as Readonly<Record<string, unknown>>;
    return [name, published] as const;
  });
  return Object.fromEntries(entries.filter(([, published]) => Object.keys(published).length > 0));
}

function tsconfigsOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|[\\/])tsconfig[^\\/]*\.json$/.test(path) && !/node_modules|dist/.test(path))
    .map((path) => join(folder, path));
}

/** Whether a typecheck script covers a tsconfig: `tsc` uses `tsconfig.json` by default, and others if `-p` names them or their folder. */
function isRunBy(script: string, folder: string): (config: string) => boolean {
  return (config) => {
    const path = relative(folder, config).split(sep).join('/');
    const names = path === 'tsconfig.json' ? ['tsc --noEmit'] : [`-p ${path}`, `-p ${dirname(path)}`];
    return names.some((name) => `${script} `.includes(`${name} `));
  };
}

function readTsconfig(path: string): ts.ParsedCommandLine {
  const file = join(root, path);
  return ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, join(file, '..'));
}
