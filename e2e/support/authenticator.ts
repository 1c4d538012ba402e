import type { Simulator } from '@wakey/simulator';
import puppeteer from 'puppeteer-core';
import { chromiumPath, quietArgs } from './chromium.ts';

/** A second real browser, with a passkey of the account in its virtual authenticator. */
export interface Authenticator {
  /** Signs a request (WebAuthn level 3 JSON) as its user would, and returns the assertion in the same form. */
  sign(request: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a browser on the origin of `url`, creates a passkey, and registers it with the simulated account. */
export async function startAuthenticator(simulator: Simulator, url: string): Promise<Authenticator> {
  const browser = await puppeteer.launch({
    executablePath: chromiumPath('headless-shell'),
    args: [...quietArgs],
    pipe: true,
  });
  const page = await browser.newPage();
  await page.goto(url);
  const cdp = await page.createCDPSession();
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  simulator.phone.addPasskey(await page.evaluate(createPasskey));
  return {
    sign: (request) => page.evaluate(signRequest, request),
    close: () => browser.close(),
  };
}

async function createPasskey(): Promise<{ id: string; publicKey: string }> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { name: 'WhatsApp', id: location.hostname },
      user: { id: new Uint8Array([1]), name: 'account', displayName: 'Account' },
      challenge: new Uint8Array(32),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    },
  });
  if (!(made instanceof PublicKeyCredential)) throw new Error('No passkey was made.');
  const { response } = made;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error('No attestation was made.');
  const spki = String.fromCharCode(...new Uint8Array(response.getPublicKey() ?? new ArrayBuffer(0)));
  const publicKey = btoa(spki).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return { id: made.id, publicKey };
}

async function signRequest(request: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(request));
  const assertion = await navigator.credentials.get({ publicKey });
  if (!(assertion instanceof PublicKeyCredential)) throw new Error('Nothing was signed.');
  return JSON.stringify(assertion.toJSON());
}
