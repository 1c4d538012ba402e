/// <reference lib="dom" />
import { wrapMethod } from './wrap.js';

/** Calls `onAnswer` after each answer to a request of this document or worker: an answer may set cookies. Runs in the page. */
export function hearAnswers(onAnswer: () => void): void {
  wrapMethod(globalThis, 'fetch', (native) => (self, ...given) => {
    // The page gets the promise of this handler: beside it, a rejection that the page does not handle would seem handled.
    return (native(self, ...given) as Promise<Response>).finally(onAnswer);
  });
  wrapMethod(XMLHttpRequest.prototype, 'send', (native) => (self, ...given) => {
    (self as XMLHttpRequest).addEventListener('loadend', onAnswer);
    return native(self, ...given);
  });
}
