import { plainText } from '@wakey/core';
import type { View } from './view.js';

/**
 * The same view, for people: text from a page, a browser or a file comes to it in bounded length and without characters that
 * steer a terminal. Colours and cursor movements are added by the view itself.
 */
export function plainView(view: View): View {
  return {
    ...view,
    browser: (facts) => view.browser(plain(facts)),
    state: (state) => view.state(plain(state)),
    notice: (notice) => view.notice(plain(notice)),
    tell: (text) => view.tell(plain(text)),
    log: (level, message, fields) => view.log(level, plainText(message), plain(fields)),
  };
}

/** The same value, with each text in it fit for a terminal. Secrets stay closed: the code that reveals one makes it fit. */
export function plain<T>(value: T): T {
  // Strings become strings, lists lists, objects the same objects: the type stays.
  return plainValue(value) as T;
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value, { keepLines: true });
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null || 'reveal' in value) return value;
  if (value instanceof Error) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]));
}
