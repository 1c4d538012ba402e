import { type ProxyOptions, WakeyError } from '@wakey/core';
import type { Session } from './session.js';

/** Refuses a proxy that Chromium cannot use as configured, before anything is started. */
export function checkProxy(proxy: ProxyOptions | undefined): void {
  if (proxy === undefined) return;
  const url = URL.parse(proxy.server);
  const wrong = (what: string, hint: string) => new WakeyError('invalid-argument', { what, hint });
  if (url === null || !/^(https?|socks[45]?):$/.test(url.protocol)) {
    throw wrong('The proxy does not have the form http://host:port or socks5://host:port.', 'Correct "proxy.server".');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(
      'The address of the proxy contains credentials.',
      'Give them in "proxy.username" and "proxy.password".',
    );
  }
  if (url.protocol.startsWith('socks') && proxy.username !== undefined) {
    throw new WakeyError('unsupported', {
      what: 'Chromium does not support credentials for SOCKS proxies.',
      hint: 'Use an HTTP proxy, or a SOCKS proxy that needs no credentials.',
    });
  }
}

/**
 * Answers the proxy's request for credentials. The request comes with the first document, which is the first to pass
 * the proxy. The browser then uses the same answer for everything that follows, including workers and WebSockets.
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
    // The command fails only if the request, its page or the browser is gone.
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
