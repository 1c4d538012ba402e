#!/usr/bin/env bash
# Firefox ends with exit code 0 when it cannot start because its profile is in use.
# Needs Linux, bash, Node 20 or later, Debian's package firefox-esr (recorded with 153.8.0esr). Takes about 10 s.
set -euo pipefail

work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
firefox=$(command -v firefox-esr) || { echo 'needs the Debian package firefox-esr' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';

mkdirSync('profile');
const children = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
const start = () => {
  const child = spawn(process.argv[2], ['--headless', '--no-remote', '--profile', 'profile', '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let text = '';
  const listening = new Promise((resolve) => child.stderr.on('data', (data) => { if (/BiDi listening/.test((text += data))) resolve('listening'); }));
  return { listening, ended: once(child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`), text: () => text };
};
const first = start();
await first.listening;
const second = start();
const outcome = await Promise.race([second.listening, second.ended]);
const words = /Firefox is already running[^\n.]*/.exec(second.text())?.[0] ?? second.text().trim().split('\n').at(-1);
console.log(`SEEN      second Firefox on the profile: ${outcome}, "${words}"`);
process.exit(outcome === 'exit code 0' ? 0 : 1);
JS

echo "VERSION   $("$firefox" --version)"
cat <<'TEXT'
EXPECTED  An exit code other than 0: POSIX (Utility Description Defaults, exit status) means success by 0, and
          nothing was started.
TEXT
timeout 100 node probe.mjs "$firefox"
