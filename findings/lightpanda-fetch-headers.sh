#!/usr/bin/env bash
# In Lightpanda fetch() resolves only when the whole body has arrived, not with the headers.
# Needs Linux x64, bash, Node 20 or later with npm, Python 3 with pip. Downloads 30 MB; takes about 15 s.
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

const server = createServer(async (request, response) => {
  if (request.url !== '/slow') return response.setHeader('content-type', 'text/html').end('<!doctype html><p>page');
  response.writeHead(200, { 'content-type': 'text/plain' });
  for (let part = 0; part < 10; part++) {
    response.write(`part ${part}\n`);
    // A slow body: ten parts in 3 s, so that its beginning and its end are far apart.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return response.end();
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const measure = async (url) => {
  const start = Date.now();
  const response = await fetch(url);
  const headers = Date.now() - start;
  let chunks = 0;
  const reader = response.body.getReader();
  while (!(await reader.read()).done) chunks++;
  return { headers, body: Date.now() - start, chunks };
};
const control = await measure(`http://${at}/slow`);
const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
await page.goto(`http://${at}/`);
const seen = await page.evaluate(measure, `http://${at}/slow`);
const text = ({ headers, body, chunks }) => `response after ${headers} ms, body after ${body} ms in ${chunks} chunks`;
console.log(`SEEN      in Node: ${text(control)}`);
console.log(`          in Lightpanda: ${text(seen)}`);
process.exit(control.headers < 1500 && control.chunks > 2 && seen.headers > 2500 && seen.chunks === 1 ? 0 : 1);
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
EXPECTED  The response at once and its body in about 10 chunks over 3 s: Fetch Standard, fetch method,
          resolves the promise when the response is processed, while its body is still a stream.
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
