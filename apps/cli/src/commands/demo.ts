import { browserOptions, pageOptions } from '@wakey/config';
import { demoOptions, logOptions } from '../options/commands.js';
import { command } from './command.js';

/** `wakey demo`: shows the whole life of a session, and checks each step. */
export const demo = command({
  name: 'demo',
  summary: 'Show the whole job on a simulated WhatsApp Web: link, crash, restart, unlink.',
  description:
    'A real browser, and a simulated phone that reads the QR code off this terminal. Nothing leaves the machine.',
  options: { ...demoOptions, driver: pageOptions.driver, ...browserOptions, ...logOptions },
  examples: [
    ['demo', 'link a session, kill its browser, restart its process, unlink it'],
    ['demo --keep', 'the same, then leave one linked to play with'],
  ],
  // Loaded when it is needed: no other command reads the JSON of `wakey start`.
  run: async ({ values }, shell) => (await import('../demo/perform.js')).performDemo(values, shell),
});
