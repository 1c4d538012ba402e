import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Json, type PageEvents, type PageHandle, WakeyError } from '@wakey/core';
import { onBrowser, onEvaluate, onFailure, onHandler, onLaunch, onPage, type Sabotage } from './sabotage.js';

/** Launches on a profile of its own, and ignores the profile that the caller passed. */
export const withoutProfile: Sabotage = onLaunch(
  (launch) =>
    ({ profile, ...others }) =>
      launch(others),
);

/** Hides the browser's output from the error. */
export const mute: Sabotage = onFailure(({ code }) => new WakeyError(code, { what: 'It failed.', hint: '' }));

/** Leaves a file in the temporary directory, even if the launch fails. */
export const littering: Sabotage = onLaunch((launch, { env }) => async (wanted) => {
  try {
    return await launch(wanted);
  } finally {
    await writeFile(join(env?.TMPDIR ?? '', 'litter'), '');
  }
});

/** Reports a close as done, and never closes the browser. */
export const neverClosing: Sabotage = onBrowser(() => ({ close: async () => undefined }));

/** Lets the page write the result as JSON, which drops the values that JSON cannot express. */
export const byJsonOfThePage: Sabotage = onEvaluate((run) => async (script) => {
  const text = await run(`(async () => JSON.stringify(await (${script})))()` as never);
  return typeof text === 'string' ? JSON.parse(text) : undefined;
});

/** Hands the first answer to the first waiting call, even if the answer belongs to another call. */
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

/** Returns the result of the first call to every later call too. */
export const answeringAsTheFirstTime: Sabotage = onHandler((handler) => {
  const answers: unknown[] = [];
  return async (arg) => {
    answers.push(await handler(arg));
    return answers[0];
  };
});

/** Changes what the listeners to the console receive. */
export function onConsole(change: (listener: OnConsole) => OnConsole): Sabotage {
  return onPage((page) => ({
    on: ((event: keyof PageEvents, listener: OnConsole) =>
      page.on(event, (event === 'console' ? change(listener) : listener) as never)) as PageHandle['on'],
  }));
}

type OnConsole = (line: PageEvents['console']) => void;

/** Notifies all listeners once more if one of them throws. */
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
