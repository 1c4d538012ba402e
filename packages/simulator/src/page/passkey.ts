import type { PageMessage, PasskeyRequest } from '../protocol.ts';
import { decodeB64Url, encodeB64Url } from './bytes.ts';

type PasskeyMessage = Extract<PageMessage, { type: 'passkey-answer' | 'passkey-refused' }>;

/** Requests an assertion from the browser and returns a message with the assertion or the refusal. */
export async function answerPasskeyRequest(options: PasskeyRequest): Promise<PasskeyMessage> {
  const { challenge, rpId, timeout, userVerification, allowCredentials } = options;
  try {
    const credential = await navigator.credentials.get({
      publicKey: {
        challenge: decodeB64Url(challenge),
        rpId,
        timeout,
        userVerification,
        allowCredentials: allowCredentials.map(({ type, id }) => ({ type, id: decodeB64Url(id) })),
      },
    });
    return { type: 'passkey-answer', assertion: toJson(credential as PublicKeyCredential) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { type: 'passkey-refused', name, message };
  }
}

function toJson(credential: PublicKeyCredential) {
  const { clientDataJSON, authenticatorData, signature, userHandle } =
    credential.response as AuthenticatorAssertionResponse;
  return {
    id: credential.id,
    rawId: encodeB64Url(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: encodeB64Url(clientDataJSON),
      authenticatorData: encodeB64Url(authenticatorData),
      signature: encodeB64Url(signature),
      ...(userHandle === null ? {} : { userHandle: encodeB64Url(userHandle) }),
    },
  };
}
