import type { ProxyOptions } from '@wakey/core';
import type { Bidi } from './bidi.ts';

/** The event with which Firefox asks for credentials. */
export const AUTH_REQUIRED = 'network.authRequired';

/** Answers a proxy that asks for credentials, once for each request: a second question means that the credentials are wrong. */
export async function authenticateProxy({ send, on }: Bidi, proxy: ProxyOptions): Promise<void> {
  const asked = new Set<string>();
  const { username = '', password } = proxy;
  const credentials = { type: 'password', username, password: password?.reveal() ?? '' };
  on<AuthRequired>(AUTH_REQUIRED, ({ isBlocked, request: { request }, response: { status } }) => {
    if (!isBlocked) return;
    const isAnswer = status === 407 && !asked.has(request);
    asked.add(request);
    const answer = isAnswer ? { action: 'provideCredentials', credentials } : { action: 'cancel' };
    // The command fails only if the request ended with its page.
    send('network.continueWithAuth', { request, ...answer }).catch(() => undefined);
  });
  await send('session.subscribe', { events: [AUTH_REQUIRED] });
  await send('network.addIntercept', { phases: ['authRequired'] });
}

interface AuthRequired {
  readonly isBlocked: boolean;
  readonly request: { readonly request: string };
  readonly response: { readonly status: number };
}
