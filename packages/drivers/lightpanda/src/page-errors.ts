import { randomBytes } from 'node:crypto';
import type { RawSession } from './session.js';

/**
 * The event for an uncaught exception. Lightpanda sends it since 1.0.1 for errors and since 1.0.2 for rejections. So that
 * each exception is reported once on every version, only the script reports them.
 */
export const TOLD_BY_SCRIPT = 'Runtime.exceptionThrown';

/**
 * Reports uncaught exceptions of the page by a script in every document. Up to 1.0.0 Lightpanda itself loses an exception
 * in a timer.
 */
export async function reportPageErrors(session: RawSession): Promise<void> {
  const name = `__wakey_${randomBytes(8).toString('hex')}`;
  session.on('Runtime.bindingCalled', (call: { readonly name: string; readonly payload: string }) => {
    if (call.name === name) session.tell(TOLD_BY_SCRIPT, { exceptionDetails: { text: call.payload } });
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
  const { setTimeout } = pageWindow;
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
  // Up to 1.0.1 Lightpanda reports handled rejections too, and at once that they are handled.
  const rejected = new Map<unknown, string>();
  pageWindow.addEventListener('unhandledrejection', ({ promise, reason }) => {
    rejected.set(promise, textOf(reason, ''));
    setTimeout(() => {
      const text = rejected.get(promise);
      rejected.delete(promise);
      if (text !== undefined) tell(text);
    }, 0);
  });
  pageWindow.addEventListener('rejectionhandled', ({ promise }) => rejected.delete(promise));
}

interface PageWindow {
  [name: string]: unknown;
  readonly setTimeout: (work: () => void, delay: number) => void;
  addEventListener(type: string, listener: (event: Trouble) => void): void;
}

interface Trouble {
  readonly error?: unknown;
  readonly message?: string;
  readonly reason?: unknown;
  readonly promise?: unknown;
}
