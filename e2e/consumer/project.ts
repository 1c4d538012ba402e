import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const execute = promisify(execFile);

/** Runs a program and returns its output. If the program fails, the error contains the output. */
export async function runIn(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await execute(program, [...args], { cwd })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed.\n${stdout}\n${stderr}`);
  }
}

/** Packs packages as they would be published, and returns the path of each tarball by the package's name. */
export async function pack(folder: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  await mkdir(folder, { recursive: true });
  for (const name of names) await runIn(root, bin('pnpm'), '--filter', name, 'pack', '--pack-destination', folder);
  const files = await readdir(folder);
  return Object.fromEntries(
    names.map((name) => {
      const start = `${name.replace('@', '').replace('/', '-')}-`;
      return [name, join(folder, files.find((file) => file.startsWith(start)) ?? '')];
    }),
  );
}

/** Creates a project outside the workspace, and installs tarballs and packages of the registry there, with npm as its author would. */
export async function install(
  folder: string,
  tarballs: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
): Promise<void> {
  const local = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
  const overrides = Object.fromEntries(Object.keys(local).map((name) => [name, `$${name}`]));
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...local, ...others },
    overrides,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await runIn(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error');
}

/** Type-checks a program of the project in TypeScript's strict mode, with the installed types. */
export async function typeCheck(folder: string, file: string): Promise<void> {
  const options = [
    '--noEmit',
    '--allowImportingTsExtensions',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--skipLibCheck',
    '--types',
    'node',
  ];
  await runIn(folder, bin('tsc'), ...options, '--typeRoots', join(root, 'node_modules/@types'), file);
}

/** The version of a package in the catalog of the workspace. */
export async function catalogVersion(name: string): Promise<string> {
  const catalog = await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const version = new RegExp(`^  '?${name}'?: (.+)$`, 'm').exec(catalog)?.[1];
  if (version === undefined) throw new Error(`The catalog of pnpm-workspace.yaml has no version of ${name}.`);
  return version;
}
