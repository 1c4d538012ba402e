import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { CDPSession, Page } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { shownQr, socket, until, untilReady, type Visit, visit } from '../test/page.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
let opened: Visit;

/** Opens the page under a host name, because an IP address cannot be a relying party. */
async function open(): Promise<Page> {
  simulator = await startSimulator({ speed: 10, troubles: { passkey: true } });
  opened = await visit(simulator);
  await opened.page.goto(simulator.url.replace('127.0.0.1', 'localhost'));
  await shownQr(opened.page);
  return opened.page;
}

/** Adds to the page a software authenticator that confirms every request. */
async function addAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.createCDPSession();
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return session;
}

/** Creates a passkey in the page's authenticator and registers the passkey. */
async function registerPasskey(page: Page): Promise<void> {
  const passkey = await page.evaluate(async () => {
    const url = (bytes: ArrayBuffer) =>
      btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '');
    const credential = (await navigator.credentials.create({
      publicKey: {
        challenge: new Uint8Array(32),
        rp: { id: 'localhost', name: 'simulator' },
        user: { id: new Uint8Array(16), name: 'wally', displayName: 'Wally' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required' },
      },
    })) as PublicKeyCredential;
    const key = (credential.response as AuthenticatorAttestationResponse).getPublicKey() ?? new ArrayBuffer(0);
    return { id: credential.id, publicKey: url(key) };
  });
  simulator.phone.addPasskey(passkey);
}

afterEach(async () => {
  await opened.end();
  await simulator.close();
});

describe('a passkey request while linking', { timeout: 30_000 }, () => {
  it('is answered by the browser and verified, and the link succeeds', async () => {
    const page = await open();
    await addAuthenticator(page);
    await registerPasskey(page);
    expect(await simulator.phone.scan(await shownQr(page))).toMatchObject({ ok: true });
    await simulator.waitFor('passkey-verified');
    await untilReady(page);
  });

  it('ends the attempt if the browser refuses, and the page offers new codes', async () => {
    const page = await open();
    await page.evaluate(`
      navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
      undefined;
    `);
    const result = await simulator.phone.scan(await shownQr(page));
    expect(result).toMatchObject({
      ok: false,
      reason: 'passkey-refused',
      message: expect.stringContaining('NotAllowed'),
    });
    await until(page, `${socket}.state === 'UNPAIRED_IDLE'`);
    expect(simulator.phone.devices()).toEqual([]);
  });

  it.each([
    ['another challenge', { challenge: 'AAAA' }, 'answers another challenge'],
    ['another origin', { origin: 'https://evil.example' }, 'was made for https://evil.example'],
    ['another relying party', { rpId: 'evil.example' }, 'another relying party'],
    ['nobody present', { flags: 0 }, 'does not confirm that a user was present'],
    ['another key', { foreignKey: true }, 'signature does not match'],
  ])('is refused with %s', async (_, wrong, why) => {
    const page = await open();
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    simulator.phone.addPasskey({ id: 'AAAAAAAA', publicKey: spki(publicKey) });
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const key = 'foreignKey' in wrong ? foreign : privateKey;
    await page.exposeFunction('makeAssertion', (challenge: string, origin: string) =>
      assertion(key, { challenge, origin, rpId: 'localhost', flags: 5, ...wrong }),
    );
    await page.evaluate(`
      const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer;
      const text = (view) => btoa(String.fromCharCode(...new Uint8Array(view))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
      navigator.credentials.get = async ({ publicKey }) => {
        const made = await makeAssertion(text(publicKey.challenge), location.origin);
        const response = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, bytes(value)]));
        return { id: 'AAAAAAAA', rawId: bytes('AAAAAAAA'), type: 'public-key', response: { ...response, userHandle: null } };
      };
      undefined;
    `);
    const result = await simulator.phone.scan(await shownQr(page));
    expect(result).toMatchObject({ ok: false, reason: 'passkey-refused', message: expect.stringContaining(why) });
  });
});

interface AssertionParts {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
  readonly flags: number;
}

/** Builds an assertion by hand; binary fields are base64url. */
function assertion(key: KeyObject, { challenge, origin, rpId, flags }: AssertionParts) {
  const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin }));
  const data = Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags, 0, 0, 0, 1])]);
  const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
  return {
    clientDataJSON: clientData.toString('base64url'),
    authenticatorData: data.toString('base64url'),
    signature: sign('sha256', signed, key).toString('base64url'),
  };
}

function spki(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('base64url');
}
