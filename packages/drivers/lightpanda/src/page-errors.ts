import { randomBytes } from 'node:crypto';
import type { RawSession } from './session.js';

/** Lightpanda never tells of exceptions that nobody catches: a script in every document does. */
export async function reportPageErrors(session: RawSession): Promise<void> {
  const name = `__wakey_${randomBytes(8).toString('hex')}`;
  session.on('Runtime.bindingCalled', (call: { readonly name: string; readonly payload: string }) => {
    if (call.name === name) session.tell('Runtime.exceptionThrown', { exceptionDetails: { text: call.payload } });
  });
  await session.send('Runtime.addBinding', { name });
  // Functions compiled with esbuild's `keepNames`, as by tsx, call this helper, which the page does not have.
  const source = `{ const __name = (named) => named; (${listen})(${JSON.stringify(name)}); }`;
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source });
  await session.send('Runtime.evaluate', { expression: source });
}

/** Runs in the page. The binding leaves the window again, as nobody else is to call it. */
function listen(name: string): void {
  const place = globalThis as unknown as Place;
  const tell = place[name] as (text: string) => void;
  if (typeof tell !== 'function') return;
  delete place[name];
  const textOf = (thrown: unknown, message: string) => {
    try {
      return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : message || String(thrown);
    } catch {
      // What was thrown throws itself when it is read.
      return 'a value that cannot be printed';
    }
  };
  place.addEventListener('error', ({ error, message }) => {
    // A picture that does not load is told of in the same way, and is no exception.
    if (message !== undefined) tell(textOf(error, message));
  });
  place.addEventListener('unhandledrejection', ({ reason }) => tell(textOf(reason, '')));
}

interface Place {
  [name: string]: unknown;
  addEventListener(type: string, listener: (event: Trouble) => void): void;
}

interface Trouble {
  readonly error?: unknown;
  readonly message?: string;
  readonly reason?: unknown;
}
