#!/usr/bin/env bash
# Lightpanda leaves the pings of a WebSocket server without an answer while the page itself sends nothing.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 20 s.
set -euo pipefail

LIGHTPANDA=1.0.2
PUPPETEER=25.16.0
WS=8.23.0
work=$(mktemp -d)
browser=
trap '[ -z "$browser" ] || kill -KILL "$browser" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check \
  --no-deps --only-binary=:all: --target python "lightpanda==$LIGHTPANDA"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" "ws@$WS" >/dev/null

cat >probe.mjs <<'JS'
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';
import { WebSocket, WebSocketServer } from 'ws';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
const counted = new Map();
new WebSocketServer({ server }).on('connection', (socket, request) => {
  const count = { pings: 0, pongs: 0 };
  counted.set(request.url, count);
  socket.on('pong', () => count.pongs++);
  const timer = setInterval(() => {
    if (count.pings++ < 16) socket.ping();
    else clearInterval(timer);
  }, 500);
  socket.on('close', () => clearInterval(timer));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

globalThis.WebSocket ??= WebSocket;
const opened = (url) =>
  new Promise((resolve, reject) => {
    globalThis.kept = new WebSocket(url);
    kept.onopen = () => resolve();
    kept.onerror = () => reject(new Error('the socket failed'));
  });
const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
await Promise.all([opened(`ws://${at}/node`), page.evaluate(opened, `ws://${at}/lightpanda`)]);
// 16 pings at 500 ms, and a second for the last answers: pongs that do not come need a bound.
await new Promise((resolve) => setTimeout(resolve, 9_000));
const [node, lightpanda] = [counted.get('/node').pongs, counted.get('/lightpanda').pongs];
console.log(`SEEN      of 16 pings in 8 s, the client in Node answers ${node}, Lightpanda answers ${lightpanda}`);
process.exit(node >= 15 && lightpanda === 0 ? 0 : 1);
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
echo "VERSION   Lightpanda $LIGHTPANDA, puppeteer-core $PUPPETEER, ws $WS"
cat <<'TEXT'
EXPECTED  16 pongs for 16 pings: RFC 6455, section 5.5.2, says that an endpoint must answer a ping with a pong
          as soon as is practical, unless it already received a close frame.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
