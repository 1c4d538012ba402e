import { PassThrough } from 'node:stream';
import type { Session, SessionState } from '@wakey/client';
import { WakeyError } from '@wakey/core';
import { expect, it } from 'vitest';
import type { Shell } from '../shell.js';
import type { View } from '../views/view.js';
import { runSession } from './run-session.js';

it('exits with 0 if the stop saved the login of a ready session', async () => {
  expect(await run(({ say }) => say('saved', { generation: 1 }))).toMatchObject({ exitCode: 0 });
});

it('exits with 15 if the stop did not save the login of a ready session', async () => {
  const { exitCode, failure } = await run(({ say }) => say('warning', { what: 'not saved: the disk is full' }));
  expect(exitCode).toBe(15);
  expect(failure).toMatchObject({ code: 'store-unwritable' });
  expect(String(failure)).toContain('its login was not saved: not saved: the disk is full');
});

it('exits with 15 if an earlier save succeeded and the last one failed', async () => {
  const { exitCode } = await run(({ say }) => {
    say('saved', { generation: 1 });
    say('warning', { what: 'no answer while saving' });
  });
  expect(exitCode).toBe(15);
});

it('exits with the code of the ending if the session ended during its stop, also if a save succeeded before', async () => {
  const { exitCode } = await run(({ say, end }) => {
    say('saved', { generation: 1 });
    end();
  });
  expect(exitCode).toBe(11);
});

it('exits with 0 if the work itself ended the session', async () => {
  const ended = { name: 'ended' } as SessionState;
  expect(await run(({ say, end }) => [say('saved', {}), end()], ended)).toMatchObject({ exitCode: 0 });
});

/** Runs a session that is ready at once. `onStop` is called by its stop. */
async function run(
  onStop: (stop: { readonly say: Say; readonly end: () => void }) => unknown,
  begun = { name: 'ready' } as SessionState,
) {
  const listeners = new Map<string, (payload: unknown) => void>();
  let state = begun;
  let failure: unknown;
  const session = {
    id: 'main',
    get state() {
      return state;
    },
    on(event: string, listener: (payload: unknown) => void) {
      listeners.set(event, listener);
      return () => listeners.delete(event);
    },
    async ready() {
      if (state.name !== 'ended') return;
      throw new WakeyError('session-unreadable', { what: 'Its directory was moved.', hint: 'Bring it back.' });
    },
    async stop() {
      state = { name: 'stopped' } as SessionState;
      onStop({
        say: (event, payload) => listeners.get(event)?.(payload),
        end: () => {
          state = { name: 'ended' } as SessionState;
        },
      });
    },
  } as unknown as Session; // `runSession` uses only these parts of a session.
  const view = {
    failed(error: unknown) {
      failure = error;
    },
    close: () => undefined,
  } as unknown as View;
  const shell = { input: new PassThrough(), signals: { listen: () => () => undefined } } as unknown as Shell;
  const browsers = { killAll: async () => undefined } as never;
  const work = async () => undefined;
  const exitCode = await runSession({
    session,
    browsers,
    view,
    shell,
    resume: 'wakey start main',
    work,
    endsBySignal: false,
    mustKeep: true,
  });
  return { exitCode, failure };
}

type Say = (event: 'saved' | 'warning', payload: unknown) => void;
