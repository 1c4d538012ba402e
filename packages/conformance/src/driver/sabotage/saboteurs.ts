import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Json, type PageEvents, type PageHandle, WakeyError } from '@wakey/core';
import { onBrowser, onEvaluate, onFailure, onHandler, onLaunch, onPage, type Sabotage } from './sabotage.js';

/** Launches on a profile of its own, whatever it was told. */
export const withoutProfile: Sabotage = onLaunch(
  (launch) =>
    ({ profile, ...others }) =>
      launch(others),
);

/** Keeps what the browser said to itself. */
export const mute: Sabotage = onFailure(({ code }) => new WakeyError(code, { what: 'It failed.', todo: '' }));

/** Leaves a file in the temporary directory, also where the launch fails. */
export const littering: Sabotage = onLaunch((launch, { env }) => async (wanted) => {
  try {
    return await launch(wanted);
  } finally {
    await writeFile(join(env?.TMPDIR ?? '', 'litter'), '');
  }
});

/** Believes that asking is enough. */
export const neverClosing: Sabotage = onBrowser(() => ({ close: async () => undefined }));

/** Lets the page write the result as JSON, which loses what it cannot say. */
export const byJsonOfThePage: Sabotage = onEvaluate((run) => async (script) => {
  const text = await run(`(async () => JSON.stringify(await (${script})))()` as never);
  return typeof text === 'string' ? JSON.parse(text) : undefined;
});

/** Gives the first answer to the first call that waits. */
export const inTheOrderOfAnswers: Sabotage = onPage((page) => {
  const waiting: ((answer: Json | undefined) => void)[] = [];
  return {
    expose: (name, handler) =>
      page.expose(name, (arg) => {
        const { promise, resolve } = Promise.withResolvers<Json | undefined>();
        waiting.push(resolve);
        void Promise.resolve(handler(arg)).then((answer) => waiting.shift()?.(answer));
        return promise;
      }),
  };
});

/** Gives what it gave before. */
export const answeringAsTheFirstTime: Sabotage = onHandler((handler) => {
  const answers: unknown[] = [];
  return async (arg) => {
    answers.push(await handler(arg));
    return answers[0];
  };
});

/** Changes what listeners to the console hear. */
export function onConsole(change: (listener: OnConsole) => OnConsole): Sabotage {
  return onPage((page) => ({
    on: ((event: keyof PageEvents, listener: OnConsole) =>
      page.on(event, (event === 'console' ? change(listener) : listener) as never)) as PageHandle['on'],
  }));
}

type OnConsole = (line: PageEvents['console']) => void;

/** Tells everybody once more where one of them throws. */
export const tellingAllAgain: Sabotage = onPage((page) => {
  const listeners = new Set<OnConsole>();
  return {
    on: ((event: keyof PageEvents, listener: OnConsole) => {
      if (event !== 'console') return page.on(event, listener as never);
      listeners.add(listener);
      const tell = (line: PageEvents['console']) => {
        try {
          listener(line);
        } catch {
          for (const other of listeners) if (other !== listener) other(line);
        }
      };
      return page.on('console', tell);
    }) as PageHandle['on'],
  };
});
