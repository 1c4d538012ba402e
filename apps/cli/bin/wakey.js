#!/usr/bin/env node
// Starts the program on a Node that can run it: this one, or the pinned one of the clone. Committed rather than built,
// so that an install before the first build can link it. Old Nodes read this file: no syntax newer than ES2022.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/wakey.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

// zlib has zstd since 22.15 and 23.8.
if (major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15)) {
  await import(program.href);
} else {
  const pinned = pinnedNode();
  if (pinned) runOn(pinned);
  else {
    process.stderr.write(
      `Wakey needs Node 22.15 or newer; this is Node ${process.versions.node}.\n` +
        'Install a newer one, or let npm bring one: npx --yes --package=node@24 --package=wakey -- wakey …\n',
    );
    process.exitCode = 1;
  }
}

/** The npm package `node`, in the clone or beside an installed wakey. */
function pinnedNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const candidate = fileURLToPath(new URL(`node_modules/node/bin/${binary}`, folder));
    if (existsSync(candidate)) return candidate;
    if (folder.pathname === new URL('..', folder).pathname) return undefined;
  }
}

/**
 * Lets the program use this terminal. A Ctrl-C reaches the program from the terminal itself; this process only waits until
 * the program has ended.
 * @param {string} node
 */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
}
