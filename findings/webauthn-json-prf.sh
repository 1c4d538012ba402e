#!/usr/bin/env bash
# The libraries that turn a WebAuthn answer into JSON lose the results of the PRF extension: one gives {}, the other
# nothing.
# Needs Linux, bash, Node 20 or later with npm, Debian's package chromium (recorded with 156.0.8078.108). Downloads 5
# MB; takes about 15 s.
set -euo pipefail

PUPPETEER=25.16.0
SIMPLEWEBAUTHN=14.0.0
WEBAUTHN_JSON=2.1.1
work=$(mktemp -d)
# A browser that was just killed may still write into the folder for a moment.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "puppeteer-core@$PUPPETEER" "@simplewebauthn/browser@$SIMPLEWEBAUTHN" "@github/webauthn-json@$WEBAUTHN_JSON" >/dev/null
chromium=$(command -v chromium) || { echo 'needs the Debian package chromium' >&2; exit 2; }
export HOME=$work

cat >probe.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>page'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const browser = await puppeteer.launch({ executablePath: process.argv[2], headless: true, args: ['--no-sandbox'] });
const [page] = await browser.pages();
await page.goto(`http://localhost:${server.address().port}/`);
const protocol = await page.createCDPSession();
await protocol.send('WebAuthn.enable');
const options = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  hasLargeBlob: true,
  hasPrf: true,
};
const add = async () => (await protocol.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId;
const register = () =>
  page.evaluate(async () => {
    const credential = await navigator.credentials.create({
      publicKey: {
        rp: { name: 'site' },
        user: { id: new Uint8Array([1]), name: 'name', displayName: 'name' },
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        extensions: { prf: {}, largeBlob: { support: 'required' } },
      },
    });
    window.passkey = credential.id;
    window.rawId = credential.rawId;
  });

await add();
await register();
await page.evaluate(readFileSync('node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js', 'utf8'));
await page.evaluate(readFileSync('node_modules/@github/webauthn-json/dist/browser-global/webauthn-json.browser-global.js', 'utf8'));
const seen = await page.evaluate(async () => {
  const salt = new Uint8Array(32);
  const request = (first) => ({
    challenge: 'AAAA',
    allowCredentials: [{ type: 'public-key', id: window.passkey }],
    userVerification: 'required',
    extensions: { prf: { eval: { first } } },
  });
  const first = (answer) => JSON.stringify(JSON.parse(JSON.stringify(answer)).clientExtensionResults.prf?.results?.first ?? 'missing');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(request('A'.repeat(43)));
  return {
    browser: first((await navigator.credentials.get({ publicKey })).toJSON()).length,
    simple: first(await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON: request(salt) })),
    github: first(await webauthnJSON.get({ publicKey: request(salt) })),
  };
});
await browser.close();
console.log(`SEEN      the browser's toJSON(): text of ${seen.browser - 2} characters`);
console.log(`          @simplewebauthn/browser, startAuthentication(): ${seen.simple}`);
console.log(`          @github/webauthn-json, get(): ${seen.github}`);
server.close();
process.exit(seen.browser === 45 && seen.simple === '{}' && seen.github === '"missing"' ? 0 : 1);
JS

echo "VERSION   @simplewebauthn/browser $SIMPLEWEBAUTHN, @github/webauthn-json $WEBAUTHN_JSON, $("$chromium" --version 2>/dev/null | head -1)"
cat <<'TEXT'
EXPECTED  43 characters of base64url from each: Web Authentication Level 3 (AuthenticationResponseJSON,
          clientExtensionResults) writes each buffer of an extension so, and both libraries are there to give
          an answer that can be sent as JSON.
TEXT
timeout 100 node probe.mjs "$chromium"
