import { expect, it } from 'vitest';
import { startAgain } from './start-again.js';

it.each([
  ['wakey start main', {}],
  ['wakey start main --key-file wakey.key', { keyFile: 'wakey.key' }],
  ['wakey start main --recipient age1a --recipient age1b', { recipient: ['age1a', 'age1b'] }],
  ['wakey start main --sessions-dir /srv/s --store ./mine.mjs', { store: './mine.mjs', sessionsDir: '/srv/s' }],
  [
    'wakey start main --ignore-certificate-errors --driver playwright',
    { driver: 'playwright', ignoreCertificateErrors: true },
  ],
  ['wakey start main --ephemeral', { ephemeral: true }],
  ["wakey start main --browser '/opt/my chrome'", { browser: '/opt/my chrome' }],
  ["wakey start main --sessions-dir 'it'\\''s'", { sessionsDir: "it's" }],
])('names what the next start needs: %s', (command, given) => {
  expect(startAgain('main', given)).toBe(command);
});

it('leaves out defaults, and options that the login does not depend on', () => {
  const given = { store: 'filesystem', driver: 'puppeteer', json: true, maxQr: '3', exitWhenReady: true, headed: true };
  expect(startAgain('main', given)).toBe('wakey start main');
});

it('does not print the password of an address', () => {
  const command = startAgain('main', { url: 'https://me:hidden@proxy.example/web' });
  expect(command).toBe(`wakey start main --url 'https://me:…@proxy.example/web'`);
});
