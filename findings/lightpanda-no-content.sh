#!/usr/bin/env bash
# Lightpanda replaces the document by an empty one when a navigation is answered with 204 No Content.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 12 s.
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

const server = createServer((request, response) => {
  if (request.url === '/nothing') return response.writeHead(204).end();
  return response.setHeader('content-type', 'text/html').end('<!doctype html><p id="app">logged in');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/app`);
// The navigation begins after evaluate() has returned. A page that stays where it is reports nothing, so the wait has a bound.
await page.evaluate(() => setTimeout(() => location.assign('/nothing'), 100));
await page.waitForFunction(() => location.pathname === '/nothing', { timeout: 10_000 }).catch(() => undefined);
const seen = await page.evaluate(() => `at ${location.pathname}, text "${document.body?.textContent.trim() ?? ''}"`);
console.log(`SEEN      ${seen}`);
process.exit(seen === 'at /nothing, text ""' ? 0 : 1);
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
EXPECTED  Still at /app, text "logged in": the HTML Standard (navigation) keeps the document when the status
          is 204 or 205, and RFC 9110, section 15.3.5, says that the user agent keeps its document view.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
