#!/usr/bin/env bash
# Puppeteer refuses on Firefox every lasting cookie that Puppeteer itself read from Chromium.
# Needs Linux, bash, Node 20 or later with npm, Debian's packages chromium and firefox-esr (recorded with 156.0.8078.108
# and 153.8.0esr). Downloads 2 MB; takes about 20 s.
set -euo pipefail

PUPPETEER=25.16.0
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" >/dev/null
chromium=$(command -v chromium) || { echo 'needs the Debian package chromium' >&2; exit 2; }
firefox=$(command -v firefox-esr) || { echo 'needs the Debian package firefox-esr' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const server = createServer((request, response) => {
  if (request.url === '/log-in') response.setHeader('set-cookie', ['login=1; Max-Age=86400; HttpOnly', 'device=1; Max-Age=86400; SameSite=Lax', 'tab=1']);
  response.setHeader('content-type', 'text/html').end(`<!doctype html><p>${request.headers.cookie ?? 'none'}`);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const site = `http://127.0.0.1:${server.address().port}`;
const launch = {
  Chromium: () => puppeteer.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] }),
  Firefox: () => puppeteer.launch({ browser: 'firefox', executablePath: process.argv[3] }),
};
const use = async (name, work) => {
  const browser = await launch[name]();
  try {
    return await work(browser, await browser.newPage());
  } finally {
    await browser.close();
  }
};
const save = (name) => use(name, async (browser, page) => { await page.goto(`${site}/log-in`); return browser.cookies(); });
const restore = (name, cookies) =>
  use(name, async (browser, page) => {
    const refused = [];
    for (const cookie of cookies) await browser.setCookie(cookie).catch(({ message }) => refused.push(`${cookie.name} (${/Expected cookie "[^"]*"/.exec(message)?.[0] ?? message})`));
    await page.goto(`${site}/`);
    return { refused, sent: (await page.evaluate(() => document.body.textContent)).split('; ').sort().join(' ') };
  });
const [chromium, firefox] = [await save('Chromium'), await save('Firefox')];
const seen = {};
for (const [from, cookies, to] of [['Chromium', chromium, 'Chromium'], ['Firefox', firefox, 'Chromium'], ['Chromium', chromium, 'Firefox']]) {
  const { refused, sent } = await restore(to, cookies);
  seen[`${from} to ${to}`] = sent;
  console.log(`SEEN      ${from} to ${to}: sent ${sent}${refused.length > 0 ? `; refused ${refused.join(', ')}` : ''}`);
}
server.close();
const all = 'device=1 login=1 tab=1';
process.exit(seen['Chromium to Chromium'] === all && seen['Firefox to Chromium'] === all && seen['Chromium to Firefox'] === 'tab=1' ? 0 : 1);
JS

echo "VERSION   puppeteer-core $PUPPETEER, $("$chromium" --version 2>/dev/null | head -1), $("$firefox" --version)"
cat <<'TEXT'
EXPECTED  All three cookies each time: in the API of Puppeteer browser.cookies() gives Cookie, which is what
          browser.setCookie() takes, for both browsers. From Chromium it gives the end of a cookie with a
          fraction of a second; to Firefox it passes the number on, and WebDriver BiDi takes whole seconds
          there.
TEXT
timeout 100 node probe.mjs "$chromium" "$firefox"
