import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { pinnedNode, root, wakeyFolder } from './places.mjs';
import { isStamped, packagesHash, sourcesHash, stamp, workspaces } from './stamp.mjs';
import { runStep, SetupError } from './step.mjs';

/** The environment for every command that runs in the clone: the pinned Node and pnpm first in PATH, no telemetry. */
export function cloneEnvironment() {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}

/** Installs the packages of the lockfile, among them the pinned Node and pnpm, unless they are installed already. */
export async function providePackages() {
  const stampFile = join(root, 'node_modules/.wakey-stamp');
  const hash = packagesHash(root);
  if (isStamped(stampFile, hash) && existsSync(pinnedNode)) return;
  const pnpm = await providePnpm();
  await runStep({
    name: 'packages',
    title: 'Installing packages and Node 24',
    command: process.execPath,
    args: [
      pnpm,
      'install',
      '--frozen-lockfile',
      '--prefer-offline',
      '--reporter=append-only',
      '--config.confirm-modules-purge=false',
    ],
    advice:
      'If the lockfile is out of date, run `npx pnpm install` and commit pnpm-lock.yaml. Otherwise check that this machine reaches the npm registry.',
  });
  if (!existsSync(pinnedNode)) {
    throw new SetupError(
      `The npm package "node" did not install ${pinnedNode}. Delete node_modules and run the command again.`,
    );
  }
  stamp(stampFile, hash);
}

/** The path of the pinned pnpm's JavaScript entry, which starts pnpm's native binary even if npm blocks install scripts. */
async function providePnpm() {
  const version = pinnedPnpm();
  const folder = join(wakeyFolder, 'tools');
  const home = join(folder, 'node_modules/pnpm');
  if (installedVersion(home) !== version) {
    const npm = npmCommand();
    await runStep({
      name: 'pnpm',
      title: `Getting pnpm ${version}`,
      command: npm.command,
      args: [
        ...npm.args,
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        `pnpm@${version}`,
      ],
      advice: 'Check that npm reaches its registry: `npm ping`.',
    });
  }
  return join(home, 'bin/pnpm.mjs');
}

function pinnedPnpm() {
  /** @type {{ packageManager: string }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.packageManager.replace('pnpm@', '');
}

/** @param {string} home */
function installedVersion(home) {
  const manifest = join(home, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}

/** The npm that started this process, or else the npm in PATH. */
function npmCommand() {
  const path = process.env.npm_execpath;
  if (path && basename(path) === 'npm-cli.js') return { command: process.execPath, args: [path] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

/** Builds every package with turbo, unless no source has changed since the last build. */
export async function provideBuild() {
  const stampFile = join(wakeyFolder, 'build.stamp');
  const hash = sourcesHash(root);
  if (isStamped(stampFile, hash) && everyBuildIsThere()) return;
  await runStep({
    name: 'build',
    title: 'Building',
    command: pinnedNode,
    args: [join(root, 'node_modules/turbo/bin/turbo'), 'run', 'build', '--output-logs=new-only', '--ui=stream'],
    env: cloneEnvironment(),
    advice: 'The log says which package failed; `npx pnpm --filter <package> build` repeats it alone.',
  });
  stamp(stampFile, hash);
}

function everyBuildIsThere() {
  return workspaces(root)
    .filter((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts?.build)
    .every((folder) => existsSync(join(root, folder, 'dist')));
}
