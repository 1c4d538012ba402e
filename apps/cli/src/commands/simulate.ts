import { startSimulator } from '@wakey/simulator';
import { DONE } from '../exit-codes.js';
import { outputOptions, simulatorOptions } from '../options/table.js';
import type { Shell } from '../shell.js';
import { paintFor } from '../terminal/paint.js';
import { UsageError } from '../usage-error.js';
import { command } from './command.js';

/** `wakey simulate`: WhatsApp Web offline, for trying things out and for tests. */
export const simulate = command({
  name: 'simulate',
  summary: 'Serve WhatsApp Web offline: the page, the service behind it, and a phone to control.',
  options: { ...simulatorOptions, ...outputOptions },
  examples: [
    ['simulate', 'serve it on a free port'],
    ['simulate --speed 20 --json', 'shortened time; addresses as one line of JSON'],
  ],
  async run({ values: { port, https, speed, json } }, shell) {
    const stopped = untilStopped(shell);
    const simulator = await startSimulator({ port, https, speed }).catch((error: unknown) => {
      throw isTaken(error) ? new UsageError(`Port ${port} is taken. Leave --port out to get a free one.`) : error;
    });
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
  const insecure = url.startsWith('https') ? ' --ignore-certificate-errors' : '';
  return [
    '',
    `  ${bold('WhatsApp Web, simulated')}${speed === 1 ? '' : dim(`   time runs ${speed} × as fast`)}`,
    '',
    `  page      ${url}`,
    `  control   ${control}`,
    '',
    dim('  Log in to it:'),
    `    wakey start --url ${url}${insecure} --sessions-dir .wakey-sessions-simulated`,
    dim('  Scan with its phone, and see what is linked:'),
    `    curl -d '{"qr":"…"}' ${control}/phone/scan`,
    `    curl ${control}/phone/devices`,
    '',
    dim('  Ctrl-C ends it.'),
    '',
  ].join('\n');
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
