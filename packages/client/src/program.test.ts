import { chromiumProfile } from '@wakey/chromium';
import { fakeBrowser } from '@wakey/testkit';
import { expect, it } from 'vitest';
import { createSession } from './create-session.js';

const named = (program: string) => {
  const { driver, adapter } = fakeBrowser(chromiumProfile);
  return createSession({ id: 'main', driver, page: adapter, sessionsDir: '/nowhere', program });
};

it.each(['support bot', 'x'.repeat(200)])('accepts %j as the name of a program', (name) => {
  expect(named(name).state.name).toBe('stopped');
});

it.each(['', 'two\nlines', '\u001b[31mred', 'x'.repeat(201)])(
  'refuses %j as the name of a program, because a message could not show it in one line',
  (name) => {
    expect(() => named(name)).toThrow('The option "program" must be one line of 1 to 200 characters');
  },
);
