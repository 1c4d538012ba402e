import type { Message, Upstream } from './upstream.ts';

/** Handles an event of the page as Lightpanda does: answers dialogs, and dispatches `unhandledrejection`. */
export function smooth(upstream: Upstream, session: string, { method, params = {} }: Message): void {
  // These commands fail only if the page is gone.
  const send = (command: string, about: object) => upstream.send(command, about, session).catch(() => undefined);
  if (method === 'Page.javascriptDialogOpening') {
    send('Page.handleJavaScriptDialog', { accept: params.type === 'beforeunload' });
  }
  if (method !== 'Runtime.exceptionThrown') return;
  const { text, exception } = params.exceptionDetails as { readonly text: string; readonly exception?: object };
  // Chromium dispatches no event for a rejection in a script that came over the protocol.
  const [, message] = /^Uncaught \(in promise\) (.*)/.exec(text) ?? [];
  if (message === undefined || exception !== undefined) return;
  const event = `new PromiseRejectionEvent('unhandledrejection', { promise: Promise.resolve(), reason: ${JSON.stringify(message)} })`;
  send('Runtime.evaluate', { expression: `dispatchEvent(${event})` });
}
