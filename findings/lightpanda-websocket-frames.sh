#!/usr/bin/env bash
# Lightpanda gives the page each frame of a fragmented WebSocket message as a message of its own.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 10 s.
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
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.send('one message, ', { fin: false });
  socket.send('three ', { fin: false });
  socket.send('frames', { fin: true });
  socket.send('end');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const messages = (url) =>
  new Promise((resolve, reject) => {
    const got = [];
    const socket = new WebSocket(url);
    socket.onerror = () => reject(new Error('the socket failed'));
    socket.onmessage = ({ data }) => (data === 'end' ? resolve(got) : got.push(data));
  });
globalThis.WebSocket ??= WebSocket;
const inNode = await messages(`ws://${at}/`);

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const inPage = await page.evaluate(messages, `ws://${at}/`);
console.log(`SEEN      client in Node: ${JSON.stringify(inNode)}`);
console.log(`          page in Lightpanda: ${JSON.stringify(inPage)}`);
process.exit(inNode.length === 1 && inPage.length === 3 ? 0 : 1);
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
EXPECTED  One `message` event with the text "one message, three frames": by RFC 6455, section 5.4, a
          fragmented message means the same as one in a single frame, and by section 6.2 the data of all
          fragments is joined before the message has been received.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
