#!/usr/bin/env bash
# In Lightpanda six open WebSockets to a host keep every fetch to that host waiting.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 20 s.
set -euo pipefail

LIGHTPANDA=1.0.2
PUPPETEER=25.16.0
work=$(mktemp -d)
browser=
trap '[ -z "$browser" ] || kill -KILL "$browser" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check \
  --no-deps --only-binary=:all: --target python "lightpanda==$LIGHTPANDA"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null

cat >probe.mjs <<'JS'
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
// The handshake of RFC 6455, section 4.2.2; the socket then stays open and silent.
server.on('upgrade', (request, socket) => {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const lines = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: Upgrade'];
  socket.write([...lines, `sec-websocket-accept: ${key.digest('base64')}`, '', ''].join('\r\n'));
  socket.on('error', () => socket.destroy());
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const seen = await page.evaluate(async (at) => {
  const open = () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${at}/`);
      socket.onopen = resolve;
      socket.onerror = reject;
    });
  const answer = () =>
    Promise.race([
      fetch(`http://${at}/`).then(({ status }) => `status ${status}`),
      // An answer from this machine takes milliseconds. A request that waits for a connection must not keep the probe waiting.
      new Promise((resolve) => setTimeout(resolve, 5_000, 'no answer in 5 s')),
    ]);
  for (let n = 0; n < 5; n++) await open();
  const beside5 = await answer();
  await open();
  return { beside5, beside6: await answer() };
}, at);
console.log(`SEEN      beside 5 sockets ${seen.beside5}, beside 6 sockets ${seen.beside6}`);
process.exit(seen.beside5 === 'status 200' && seen.beside6.startsWith('no answer') ? 0 : 1);
JS

# Lightpanda's telemetry is off; the log names the port that it was given.
LIGHTPANDA_DISABLE_TELEMETRY=1 python/lightpanda/lightpanda serve --port 0 2>log &
browser=$!
disown
for _ in $(seq 100); do
  grep -q 'address=127' log && break
  sleep 0.1
done
address=$(grep -o 'address=127[0-9.:]*' log | head -1 | cut -d= -f2)
echo "VERSION   Lightpanda $LIGHTPANDA, puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  Status 200 both times: by the WebSockets Standard a socket has a connection of its own, and other
          browsers count sockets apart from the connections for requests (Chromium allows 255 of them).
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
