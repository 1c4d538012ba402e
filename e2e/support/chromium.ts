import { existsSync } from 'node:fs';

const places = {
  chromium: ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/google-chrome'],
  'headless-shell': ['/usr/lib/chromium/chromium-headless-shell'],
};

/** Arguments for every browser of these tests: without network traffic of its own, and able to run as root. */
export const quietArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a browser; `WAKEY_BROWSER` comes first. Throws if there is none. */
export function chromiumPath(kind: keyof typeof places = 'chromium'): string {
  const candidates = [process.env.WAKEY_BROWSER ?? '', ...places[kind], ...places.chromium];
  const found = candidates.find((path) => path !== '' && existsSync(path));
  if (found === undefined) throw new Error('There is no Chromium here. Install it, or set WAKEY_BROWSER to its path.');
  return found;
}

/** Arguments with which a browser resolves WhatsApp's host name to a simulator and accepts its certificate. */
export function siteArgs(simulatorUrl: string): readonly string[] {
  const { port } = new URL(simulatorUrl);
  return [`--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:${port}`, '--ignore-certificate-errors'];
}
