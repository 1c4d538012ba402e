#!/usr/bin/env bash
# Firefox lists the realm of a dedicated worker over WebDriver BiDi, and then cannot evaluate in it.
# Needs Linux, bash, Node 20 or later with npm, Debian's package firefox-esr (recorded with 153.8.0esr). Downloads 1
# MB; takes about 15 s.
set -euo pipefail

WS=8.23.0
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "ws@$WS" >/dev/null
firefox=$(command -v firefox-esr) || { echo 'needs the Debian package firefox-esr' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocket } from 'ws';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
mkdirSync('profile');
const firefox = spawn(process.argv[2], ['--headless', '--no-remote', '--profile', 'profile', '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
process.on('exit', () => firefox.kill('SIGKILL'));
const endpoint = await new Promise((resolve) => {
  let text = '';
  firefox.stderr.on('data', (data) => {
    text += data;
    const found = /BiDi listening on (ws:\S+)/.exec(text);
    if (found) resolve(found[1]);
  });
});
const socket = new WebSocket(`${endpoint}/session`);
await new Promise((resolve) => socket.on('open', resolve));
let id = 0;
const pending = new Map();
socket.on('message', (data) => {
  const message = JSON.parse(data);
  pending.get(message.id)?.(message);
});
const send = (method, params) => new Promise((resolve) => { pending.set(++id, resolve); socket.send(JSON.stringify({ id, method, params })); });

await send('session.new', { capabilities: {} });
const { result: { contexts: [{ context }] } } = await send('browsingContext.getTree', {});
await send('browsingContext.navigate', { context, url: `http://127.0.0.1:${server.address().port}/`, wait: 'complete' });
await send('script.evaluate', {
  expression: `new Promise((resolve) => {
    globalThis.worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
    worker.onmessage = resolve;
  })`,
  target: { context },
  awaitPromise: true,
});
const { result: { realms } } = await send('script.getRealms', { type: 'dedicated-worker' });
const answer = await send('script.evaluate', { expression: '6 * 7', target: { realm: realms[0].realm }, awaitPromise: false });
console.log(`SEEN      realms of workers: ${realms.length}; evaluate in it: ${answer.type === 'error' ? `${answer.error}: ${answer.message}` : JSON.stringify(answer.result.result)}`);
process.exit(realms.length === 1 && answer.type === 'error' ? 0 : 1);
JS

echo "VERSION   $("$firefox" --version), ws $WS"
cat <<'TEXT'
EXPECTED  42: WebDriver BiDi, script.evaluate, takes the id of any realm as its target, and script.getRealms
          gave this id.
TEXT
timeout 100 node probe.mjs "$firefox"
