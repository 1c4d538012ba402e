#!/usr/bin/env bash
# Lightpanda closes every WebSocket 15 s after it was opened, however busy it is: its limit for an HTTP transfer
# counts for sockets.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 30 s.
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
import { WebSocketServer } from 'ws';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (data) => socket.send(`${data}`)));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const end = await page.evaluate((url) => {
  const socket = new WebSocket(url);
  let opened = 0;
  let echoes = 0;
  socket.onopen = () => {
    opened = Date.now();
    setInterval(() => socket.readyState === 1 && socket.send('still here'), 250);
  };
  socket.onmessage = () => echoes++;
  return new Promise((resolve) => {
    socket.onclose = ({ code }) => resolve({ code, seconds: (Date.now() - opened) / 1000, echoes });
    // A socket that lives on has passed the test after 25 s.
    setTimeout(() => resolve({ code: 0, seconds: 25, echoes }), 25_000);
  });
}, `ws://${at}/`);
console.log(`SEEN      close code ${end.code} after ${end.seconds.toFixed(1)} s and ${end.echoes} echoes`);
process.exit(end.code === 1006 && end.seconds > 14 && end.seconds < 17 && end.echoes > 20 ? 0 : 1);
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
EXPECTED  An echo each 250 ms for 25 s, and no close event: RFC 6455, section 7, ends a connection when a peer
          closes or fails it, not after a time, and here the traffic never pauses.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
