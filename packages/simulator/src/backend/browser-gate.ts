import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendContext } from './context.ts';

/** The forms of a user agent that passes: Chrome 100 or newer and its relatives, Firefox, Safari. */
const taken = [
  /^Mozilla\/5\.0 \([^)]+\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Chrome\/[1-9]\d\d[\d.]* Safari\/[\d.]+( (Edg|OPR)\/[\d.]+)?$/,
  /^Mozilla\/5\.0 \([^)]+\) Gecko\/\d+ Firefox\/[\d.]+$/,
  /^Mozilla\/5\.0 \([^)]+\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Version\/[\d.]+ Safari\/[\d.]+$/,
];

const page = `<!doctype html>
<html lang="en" dir="ltr">
<head><meta charset="utf-8"><title>WhatsApp Web</title><link rel="icon" href="data:,"></head>
<body>
<h1>WhatsApp works with Google Chrome 100+</h1>
<p>To use WhatsApp, update Chrome or use Mozilla Firefox, Safari, Microsoft Edge or Opera.</p>
</body>
</html>
`;

/**
 * While the trouble `browserGate` is on, answers a browser whose user agent is not taken; returns false for any other browser
 * and while the trouble is off.
 */
export function answerAsGate(
  request: IncomingMessage,
  response: ServerResponse,
  { troubles, journal }: Pick<BackendContext, 'troubles' | 'journal'>,
): boolean {
  const userAgent = request.headers['user-agent'] ?? '';
  if (!troubles().browserGate || taken.some((form) => form.test(userAgent))) return false;
  journal.write('browser-refused', { userAgent });
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
  return true;
}
