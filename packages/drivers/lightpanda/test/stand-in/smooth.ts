import type { Message, Upstream } from './upstream.ts';

/** Does with an event of the page what Lightpanda does by itself. */
export function smooth(upstream: Upstream, session: string, { method, params = {} }: Message): void {
  // What follows fails only where the page went away.
  const send = (command: string, about: object) => upstream.send(command, about, session).catch(() => undefined);
  if (method === 'Page.javascriptDialogOpening') {
    send('Page.handleJavaScriptDialog', { accept: params.type === 'beforeunload' });
  }
  if (method !== 'Runtime.exceptionThrown') return;
  const { text, exception } = params.exceptionDetails as { readonly text: string; readonly exception?: object };
  // Chromium tells the page nothing of rejections in scripts that came over the protocol.
  const [, message] = /^Uncaught \(in promise\) (.*)/.exec(text) ?? [];
  if (message === undefined || exception !== undefined) return;
  const event = `new PromiseRejectionEvent('unhandledrejection', { promise: Promise.resolve(), reason: ${JSON.stringify(message)} })`;
  send('Runtime.evaluate', { expression: `dispatchEvent(${event})` });
}
