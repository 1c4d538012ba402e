/*
 * The journey of one peer, in a process of its own: `node journey.ts <folder> <journey>`. Prints a line `step <name>` for
 * each step that the peer made. Rejections that the peer does not handle are printed, and do not end the journey.
 */
import dns from 'node:dns';
import { venom, wechaty } from './older.ts';
import { type Stage, setStage } from './stage.ts';
import { waJs } from './wa-js.ts';
import { whatsappWebJs } from './whatsapp-web-js.ts';
import { wppconnect } from './wppconnect.ts';

const wwebjs = 'whatsapp-web.js';
const plain = { library: wwebjs, cache: 'none', auth: 'local' } as const;

const journeys: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'whatsapp-web.js': (stage) => whatsappWebJs(stage, plain),
  'whatsapp-web.js with a local page cache': (stage) => whatsappWebJs(stage, { ...plain, cache: 'local' }),
  'whatsapp-web.js with RemoteAuth': (stage) => whatsappWebJs(stage, { ...plain, auth: 'remote' }),
  '@juzi/whatsapp-web.js': (stage) => whatsappWebJs(stage, { ...plain, library: '@juzi/whatsapp-web.js' }),
  wppconnect,
  'wa-js': waJs,
  venom,
  wechaty,
};

// Some peers look for their own updates. This lookup lets them reach no other machine.
const lookup = dns.lookup as (...values: unknown[]) => void;
dns.lookup = ((host: string, ...rest: unknown[]) => {
  if (['localhost', '127.0.0.1', '::1'].includes(host)) return lookup(host, ...rest);
  const answer = rest.at(-1) as (error: Error) => void;
  return answer(Object.assign(new Error(`The proof is offline and does not resolve ${host}.`), { code: 'ENOTFOUND' }));
}) as typeof dns.lookup;
process.on('unhandledRejection', (error) => console.error('unhandled rejection:', error));
process.on('uncaughtException', (error) => console.error('uncaught:', error));

const [folder = '', name = ''] = process.argv.slice(2);
process.chdir(folder);
const stage = await setStage(folder, (step) => process.stdout.write(`step ${step}\n`));
try {
  await journeys[name]?.(stage);
  process.exitCode = 0;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();
