#!/usr/bin/env bash
# Lightpanda keeps the memory of elements that a page created and removed, until the page navigates.
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
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const at = `127.0.0.1:${server.address().port}`;

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process.argv[3]}/status`, 'utf8'))[1]) / 1024;
const browser = await puppeteer.connect({ browserWSEndpoint: process.argv[2] });
const page = await browser.newPage();
const protocol = await page.createCDPSession();
await page.goto(`http://${at}/`);
const round = async (make) => {
  for (let batch = 0; batch < 20; batch++) await page.evaluate(`(${make})()`);
  await protocol.send('HeapProfiler.collectGarbage').catch(() => undefined);
  return rss();
};
const objects = () => {
  globalThis.sum ??= 0;
  for (let index = 0; index < 5_000; index++) sum += { row: [index, `${index}`] }.row.length;
};
const elements = () => {
  for (let index = 0; index < 5_000; index++) {
    const row = document.createElement('div');
    document.body.append(row);
    row.remove();
  }
};
const sizes = { objects: [], elements: [] };
for (let index = 0; index < 6; index++) sizes.objects.push(await round(objects));
for (let index = 0; index < 6; index++) sizes.elements.push(await round(elements));
const each = ([, second, , , , last]) => ((last - second) * 1024 * 1024) / 400_000;
const text = (list) => `${list.map((size) => size.toFixed(0)).join(', ')} MB, ${each(list).toFixed(0)} bytes each`;
console.log(`SEEN      after each 100,000 objects of JavaScript: ${text(sizes.objects)}`);
console.log(`          after each 100,000 elements, all removed: ${text(sizes.elements)}`);
process.exit(each(sizes.objects) < 50 && each(sizes.elements) > 150 ? 0 : 1);
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
EXPECTED  Memory that levels off: the page holds no reference to an element that it removed, so nothing keeps
          it alive (HTML Standard and DOM Standard, garbage collection).
TEXT
timeout 100 node probe.mjs "ws://$address/" "$browser"
