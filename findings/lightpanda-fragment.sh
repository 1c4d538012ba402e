#!/usr/bin/env bash
# In Lightpanda a navigation by the driver to a fragment of the current document reloads the document.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 10 s.
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
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

let requests = 0;
const server = createServer((request, response) => {
  if (request.url === '/chats') requests++;
  response.setHeader('content-type', 'text/html').end('<!doctype html><h2 id="newest">newest');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/chats`);
await page.evaluate(() => { window.state = 'kept'; });
const response = await page.goto(`http://${at}/chats#newest`, { timeout: 20_000 });
const state = await page.evaluate(() => window.state ?? 'lost');
console.log(`SEEN      goto() gives ${response === null ? 'null' : `a response (${response.status()})`}, state of the page ${state}, ${requests} requests for the document`);
process.exit(response !== null && state === 'lost' && requests === 2 ? 0 : 1);
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
EXPECTED  null from goto(), state kept, 1 request: Puppeteer documents null for the same URL with another
          hash, the DevTools Protocol leaves loaderId out of Page.navigate for a navigation within the
          document, and by the HTML Standard (navigate to a fragment) this is one.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
