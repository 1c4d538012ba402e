import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, root, workspaces } from '../workspaces.ts';

const ofPnpm = new Set(['install', 'add', 'exec', 'dlx', 'pack', 'publish', 'why', 'update', '--version']);

/** What is wrong with a command that a page shows, such as a script that does not exist. Undefined if the command would run. */
export function problemWith(command: string): string | undefined {
  const [program = '', ...words] = command.split(/\s+/);
  if (program === 'npx') return problemWithWakey(words.filter((word) => word !== '--yes'));
  if (words[0] === '--filter') return problemWithPackageScript(words[1] ?? '', words[2] ?? '');
  const name = words[0] === 'run' ? (words[1] ?? '') : (words[0] ?? '');
  if (program === 'npm') return problemWithNpm(words[0] ?? '', name);
  if (rootScripts().has(name)) return name === 'proof' ? problemWithProof(words[1]) : undefined;
  return ofPnpm.has(name) || hasRootBinary(name) ? undefined : `there is no script "${name}"`;
}

function problemWithNpm(verb: string, name: string): string | undefined {
  if (['install', 'i', 'ping', 'uninstall'].includes(verb)) return undefined;
  if (verb !== 'run' && verb !== 'test') return `no page may show "npm ${verb}"`;
  return rootScripts().has(name) ? undefined : `there is no script "${name}"`;
}

function problemWithWakey([program, verb]: readonly string[]): string | undefined {
  if (program !== 'wakey') return undefined;
  if (verb === undefined || /^[-…<]/.test(verb)) return undefined;
  return existsSync(join(root, `apps/cli/src/commands/${verb}.ts`)) ? undefined : `wakey has no command "${verb}"`;
}

function problemWithPackageScript(name: string, script: string): string | undefined {
  if (name.startsWith('<')) return undefined;
  const workspace = workspaces().find((candidate) => candidate.name === name);
  if (!workspace) return `there is no package "${name}"`;
  return script in (workspace.manifest.scripts ?? {}) ? undefined : `${name} has no script "${script}"`;
}

function problemWithProof(name: string | undefined): string | undefined {
  if (name === undefined || /^[-<]/.test(name)) return undefined;
  return existsSync(join(root, `e2e/proofs/${name}.ts`)) ? undefined : `there is no proof "${name}"`;
}

function rootScripts(): ReadonlySet<string> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  return new Set(Object.keys(manifest.scripts ?? {}));
}

function hasRootBinary(name: string): boolean {
  return name !== '' && existsSync(join(root, 'node_modules/.bin', name));
}
