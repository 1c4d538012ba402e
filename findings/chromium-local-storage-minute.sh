#!/usr/bin/env bash
# Chromium writes localStorage to the disk 5 s after the first change, and then once a minute for as long as the page
# keeps writing.
# Needs Linux, bash, Node 20 or later with npm, Debian's package chromium (recorded with 156.0.8078.108). Downloads 5
# MB; takes about 60 s.
set -euo pipefail

PUPPETEER=25.16.0
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null
chromium=$(command -v chromium) || { echo 'needs the Debian package chromium' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

/** Starts Chromium with none of Puppeteer's own switches. Puppeteer kills Chromium if this program ends first. */
async function start(profile) {
  const args = ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const browser = await puppeteer.launch({ executablePath: process.argv[2], ignoreDefaultArgs: true, args });
  const child = browser.process();
  const ended = once(child, 'exit');
  const [page] = await browser.pages();
  return { page, end: async (signal) => { child.kill(signal); const [code, by] = await ended; return by ?? code; } };
}

/** Lets time pass, because the probe shows what Chromium does within it. */
const pass = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const site = `http://127.0.0.1:${server.address().port}/`;

const first = await start('profile');
await first.page.goto(site);
await first.page.evaluate(() => {
  let count = 0;
  setInterval(() => localStorage.setItem('count', `${++count}`), 250);
});
// Long enough for the first write at 5 s, and too short for the one a minute later.
await pass(48_000);
const written = Number(await first.page.evaluate(() => localStorage.getItem('count')));
await first.end('SIGKILL');
const second = await start('profile');
await second.page.goto(site);
const kept = Number(await second.page.evaluate(() => localStorage.getItem('count')));
await second.end('SIGKILL');
const lost = (written - kept) / 4;
console.log(`SEEN      last value before the kill ${written}, after it ${kept}: the last ${lost.toFixed(0)} s are gone`);
process.exit(lost > 30 ? 0 : 1);
JS

echo "VERSION   $("$chromium" --version 2>/dev/null | head -1), puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  About 5 s are gone: that is the delay of a commit in Chromium (its source,
          components/services/storage/dom_storage), and the HTML Standard (Web storage) names no moment at
          which a value may still be lost. A limit of 60 commits an hour makes it a minute.
TEXT
timeout 100 node probe.mjs "$chromium"
