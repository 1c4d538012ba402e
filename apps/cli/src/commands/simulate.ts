import { UsageError } from '@wakey/config';
import { DONE } from '../exit-codes.js';
import { outputOptions, simulatorOptions } from '../options/commands.js';
import type { Shell } from '../shell.js';
import { paintFor } from '../terminal/paint.js';
import { command } from './command.js';

/** `wakey simulate`: WhatsApp Web offline, for experiments and tests. */
export const simulate = command({
  name: 'simulate',
  summary: 'Serve WhatsApp Web offline: the page, the service behind it, and a phone to control.',
  options: { ...simulatorOptions, ...outputOptions },
  examples: [
    ['simulate', 'serve it on a free port'],
    ['simulate --weight 10MB --line 1Mbit/s', 'load the page over a slow line, which takes 80 s and stalls'],
    ['simulate --speed 20 --json', 'run 20 times as fast; print the addresses as one line of JSON'],
  ],
  async run({ values: { port, https, speed, weight, line, json } }, shell) {
    const stopped = untilStopped(shell);
    const { startSimulator } = await import('@wakey/simulator');
    const simulator = await startSimulator({ port, https, speed, troubles: { weight, lineRate: line } }).catch(
      (error: unknown) => {
        throw isTaken(error) ? new UsageError(`Port ${port} is taken. Leave --port out to get a free one.`) : error;
      },
    );
    try {
      const { url, control } = simulator;
      shell.out.write(json ? `${JSON.stringify({ url, control })}\n` : introduction(url, control, speed, shell));
      await stopped;
    } finally {
      await simulator.close();
    }
    return DONE;
  },
});

function introduction(url: string, control: string, speed: number, { out, env }: Shell): string {
  const { bold, dim } = paintFor(out, env);
  const insecure = url.startsWith('https') ? [' --ignore-certificate-errors'] : [];
  const start = [`npx wakey start simulated --url ${url}`, ...insecure];
  return [
    '',
    `  ${bold('WhatsApp Web, simulated')}${speed === 1 ? '' : dim(`   time runs ${speed} × as fast`)}`,
    '',
    `  page      ${url}`,
    `  control   ${control}`,
    '',
    dim('  Log in by hand in another terminal, and type the code that it shows:'),
    ...continued([...start, ' --link-code 447700900000']),
    `    curl -d '{"code":"…"}' ${control}/phone/enter-code`,
    dim('  Or log in with a program, and scan the QR code that it prints as text:'),
    ...continued([...start, ' --json']),
    `    curl -d '{"qr":"…"}' ${control}/phone/scan`,
    dim('  See what is linked, and what can go wrong:'),
    `    curl ${control}/phone/devices`,
    `    curl ${control}/trouble`,
    '',
    dim('  Ctrl-C ends it.'),
    '',
  ].join('\n');
}

/** A command in lines of at most 80 columns, continued as a shell expects. */
function continued(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= 78) lines[lines.length - 1] = last + part;
    else lines.push(`${last === undefined ? '    ' : '       '}${part}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

function untilStopped({ signals }: Shell): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = signals.listen(
      () => {
        stopListening();
        resolve();
      },
      () => undefined,
    );
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EADDRINUSE', 'EACCES'].includes(String(error.code));
}
