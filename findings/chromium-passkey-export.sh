#!/usr/bin/env bash
# A passkey that is moved to another virtual authenticator of Chromium keeps its key, its counter and its blob, and
# loses its PRF without an error.
# Needs Linux, bash, Node 20 or later with npm, Debian's package chromium (recorded with 156.0.8078.108). Downloads 5
# MB; takes about 15 s.
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

const first = await add();
await register();
const sign = (largeBlob) =>
  page.evaluate(async (blob) => {
    const { clientExtensionResults, response } = (
      await navigator.credentials.get({
        publicKey: {
          challenge: new Uint8Array(32),
          allowCredentials: [{ type: 'public-key', id: window.rawId }],
          userVerification: 'required',
          extensions: { prf: { eval: { first: new Uint8Array(32) } }, largeBlob: blob === 'write' ? { write: new Uint8Array([7]) } : { read: true } },
        },
      })
    ).toJSON();
    const bytes = atob(response.authenticatorData.replaceAll('-', '+').replaceAll('_', '/'));
    const counter = [...bytes.slice(33, 37)].reduce((sum, byte) => sum * 256 + byte.charCodeAt(0), 0);
    return { counter, blob: clientExtensionResults.largeBlob?.blob ?? 'none', prf: clientExtensionResults.prf?.results ? 'given' : 'missing' };
  }, largeBlob);
await sign('write');
const before = await sign('read');
const { credentials } = await protocol.send('WebAuthn.getCredentials', { authenticatorId: first });
await protocol.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: first });
const second = await add();
await protocol.send('WebAuthn.addCredential', { authenticatorId: second, credential: credentials[0] });
const after = await sign('read');
await browser.close();
const line = ({ counter, blob, prf }) => `counter ${counter}, blob ${blob}, PRF ${prf}`;
console.log(`SEEN      before the move: ${line(before)}`);
console.log(`          after it: ${line(after)}`);
server.close();
process.exit(before.prf === 'given' && after.prf === 'missing' && after.blob === before.blob && after.counter === before.counter + 1 ? 0 : 1);
JS

echo "VERSION   $("$chromium" --version 2>/dev/null | head -1), puppeteer-core $PUPPETEER"
cat <<'TEXT'
EXPECTED  The PRF of before: the DevTools Protocol (WebAuthn.getCredentials, addCredential) hands a credential
          out and takes it in, and by Web Authentication Level 3 (prf extension) a credential for which the
          extension was enabled has a PRF for good. Neither the export nor the import says that a part is
          missing.
TEXT
timeout 100 node probe.mjs "$chromium"
