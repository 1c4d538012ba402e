import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { secret } from '@wakey/core';
import { afterEach, describe, expect, it } from 'vitest';
import { isReady, type Visit, visit } from './visit.js';

const visits: Visit[] = [];

async function open(): Promise<Visit> {
  const opened = await visit({ simulator: { speed: 5, troubles: { passkey: true } } });
  visits.push(opened);
  return opened;
}

afterEach(async () => {
  for (const opened of visits.splice(0)) await opened.close();
});

describe('A passkey request of the page', () => {
  it('is reported with its request options, and the right assertion links the device', async () => {
    const opened = await open();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = Buffer.from('a passkey').toString('base64url');
    const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64url');
    opened.simulator.phone.addPasskey({ id, publicKey: spki });
    const asked = opened.next('passkey', 0);
    const linked = opened.scan();
    const signal = await asked;
    if (signal.type !== 'passkey') throw new Error('There is no request.');
    const request = JSON.parse(signal.request.reveal());
    expect(request).toMatchObject({ rpId: '127.0.0.1', allowCredentials: [{ type: 'public-key', id }] });
    expect(signal.ttl).toBeGreaterThan(0);
    const answer = JSON.stringify(assertion(id, privateKey, request, new URL(opened.simulator.url).origin));
    await opened.opened.perform({ type: 'answer-passkey', answer: secret(answer) });
    await linked;
    await opened.next(isReady, 0);
  });

  it('can be refused, and the page shows codes again', async () => {
    const opened = await open();
    const asked = opened.next('passkey', 0);
    const refusal = expect(opened.scan()).rejects.toThrow('refused');
    await asked;
    const back = opened.next('qr-idle');
    await opened.opened.perform({ type: 'refuse-passkey' });
    await Promise.all([refusal, back]);
  });

  it('cannot be answered when there is none, and the error does not contain the answer', async () => {
    const opened = await open();
    await opened.next('qr', 0);
    const answer = secret('{"id":"AAAA"}');
    const answered = opened.opened.perform({ type: 'answer-passkey', answer });
    await expect(answered).rejects.toMatchObject({ code: 'page-command-failed' });
    await expect(answered).rejects.not.toThrow('AAAA');
  });
});

/** The assertion with which an authenticator answers a passkey request. */
function assertion(id: string, key: KeyObject, request: { challenge: string; rpId: string }, origin: string): object {
  const { challenge, rpId } = request;
  const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }));
  const authenticatorData = Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([0x05, 0, 0, 0, 1])]);
  const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), key);
  const response = {
    clientDataJSON: clientData.toString('base64url'),
    authenticatorData: authenticatorData.toString('base64url'),
    signature: signature.toString('base64url'),
  };
  return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
