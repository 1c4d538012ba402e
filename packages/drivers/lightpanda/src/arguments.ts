import type { BrowserOptions } from '@wakey/core';

/**
 * The arguments of Lightpanda's command line. Lightpanda exits at once on an argument that its version does not know,
 * so the driver uses only arguments that every version since August 2026 knows. It sets everything else over the
 * protocol.
 */
export function lightpandaArguments({ args = [], ignoreCertificateErrors = false }: BrowserOptions): readonly string[] {
  return [
    ...['serve', '--host', '127.0.0.1', '--port', '0'],
    ...['--log-format', 'logfmt'],
    // Lightpanda closes the connection on a message above its limit, 1 MiB by default. The scripts injected into
    // WhatsApp's page are larger.
    ...['--cdp-max-message-size', String(128 * 1024 * 1024)],
    // Turn off the watchdog: when a page computes for 30 s, it would close the whole connection. Each call has its own
    // deadline.
    ...['--watchdog-ms', '0'],
    // No time limit for a whole HTTP transfer: media files are large, and long polls take long.
    ...['--http-timeout', '0'],
    ...(ignoreCertificateErrors ? ['--insecure-disable-tls-host-verification'] : []),
    ...args,
  ];
}
