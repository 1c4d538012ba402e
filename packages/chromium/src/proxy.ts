import { type ProxyOptions, WakeyError } from '@wakey/core';
import type { Session } from './session.js';

/** Refuses a proxy that Chromium cannot use as told, before anything is started. */
export function checkProxy(proxy: ProxyOptions | undefined): void {
  if (proxy === undefined) return;
  const url = URL.parse(proxy.server);
  const wrong = (what: string, hint: string) => new WakeyError('invalid-argument', { what, hint });
  if (url === null || !/^(https?|socks[45]?):$/.test(url.protocol)) {
    throw wrong('The proxy is not of the form http://host:port or socks5://host:port.', 'Correct "proxy.server".');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('The address of the proxy holds credentials.', 'Give them in "proxy.username" and "proxy.password".');
  }
  if (url.protocol.startsWith('socks') && proxy.username !== undefined) {
    throw new WakeyError('unsupported', {
      what: 'Chromium has no credentials for SOCKS proxies.',
      hint: 'Use an HTTP proxy, or one that knows us by our address.',
    });
  }
}

/**
 * Answers the proxy's question for credentials. It comes with the first document, which is the first thing to pass the
 * proxy; the browser remembers the answer for all that follows, workers and WebSockets included.
 */
export async function authenticateProxy(session: Session, proxy: ProxyOptions | undefined): Promise<void> {
  const { username, password } = proxy ?? {};
  if (username === undefined) return;
  const tried = new Set<string>();
  const ignoreGone = () => undefined;

  session.on('Fetch.authRequired', ({ requestId, authChallenge }) => {
    const isProxy = authChallenge.source === 'Proxy';
    const isRefused = tried.has(requestId);
    tried.add(requestId);
    const answer = isProxy && !isRefused ? 'ProvideCredentials' : isProxy ? 'CancelAuth' : 'Default';
    const credentials = answer === 'ProvideCredentials' ? { username, password: password?.reveal() ?? '' } : {};
    const params = { requestId, authChallengeResponse: { response: answer, ...credentials } } as const;
    // It fails only where the request, its page or the browser is gone.
    session.send('Fetch.continueWithAuth', params).catch(ignoreGone);
  });
  session.on('Fetch.requestPaused', ({ requestId }) => {
    session.send('Fetch.continueRequest', { requestId }).catch(ignoreGone);
  });
  await session.send('Fetch.enable', {
    handleAuthRequests: true,
    patterns: [{ urlPattern: '*', resourceType: 'Document' }],
  });
}
