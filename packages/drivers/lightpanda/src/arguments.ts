import type { BrowserOptions } from '@wakey/core';

/**
 * The command line. An argument that a build does not know ends it at once, so these are few: only such as every version
 * from August 2026 on takes. What differs between versions is asked for over the protocol.
 */
export function lightpandaArguments({ args = [], ignoreCertificateErrors = false }: BrowserOptions): readonly string[] {
  return [
    ...['serve', '--host', '127.0.0.1', '--port', '0'],
    ...['--log-format', 'logfmt'],
    // A message above its usual limit, 1 MiB, costs the connection, and what WhatsApp needs injected is larger.
    ...['--cdp-max-message-size', String(128 * 1024 * 1024)],
    // A page that computes for long is ended by whoever waits for it. Its usual 30 s end the whole connection.
    ...['--watchdog-ms', '0'],
    // No deadline for a whole transfer: media are large, and long polls are long.
    ...['--http-timeout', '0'],
    ...(ignoreCertificateErrors ? ['--insecure-disable-tls-host-verification'] : []),
    ...args,
  ];
}
