import { randomBytes } from 'node:crypto';
import type { RawSession } from './session.js';

/**
 * Reports uncaught exceptions of the page by a script in every document, because Lightpanda sends no event for them.
 */
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

/** Runs in the page. Removes the binding from the window, so that the page's own scripts cannot call it. */
function listen(name: string): void {
  const pageWindow = globalThis as unknown as PageWindow;
  const tell = pageWindow[name] as (text: string) => void;
  if (typeof tell !== 'function') return;
  delete pageWindow[name];
  const textOf = (thrown: unknown, message: string) => {
    try {
      return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : message || String(thrown);
    } catch {
      // The thrown value itself throws when it is read.
      return 'a value that cannot be printed';
    }
  };
  pageWindow.addEventListener('error', ({ error, message }) => {
    // A failed load of a picture is an `error` event too, but without a message: it is not an exception.
    if (message !== undefined) tell(textOf(error, message));
  });
  pageWindow.addEventListener('unhandledrejection', ({ reason }) => tell(textOf(reason, '')));
}

interface PageWindow {
  [name: string]: unknown;
  addEventListener(type: string, listener: (event: Trouble) => void): void;
}

interface Trouble {
  readonly error?: unknown;
  readonly message?: string;
  readonly reason?: unknown;
}
