import type { InstallOptions } from './install.js';

/** What a worker begins with. */
export interface WorkerStart {
  /** Messages between the bridges of a worker and of its document begin with this; no script of the page knows it. */
  readonly secret: string;
  /** The address that the page gave. */
  readonly href: string;
  /** The origin of the document, whose databases the worker uses. */
  readonly origin: string;
  readonly name: string;
  readonly isModule: boolean;
  /** Where the script of the page is: `href`, or another address of the same Blob. */
  readonly source: string;
  readonly options: InstallOptions;
}

/** What the bridge in a worker tells the bridge in its document. Times are those of `commit-order.ts`. */
export type WorkerWord =
  | { readonly is: 'commit'; readonly at: number; readonly text: string }
  /** The worker has reported all commits before this time. */
  | { readonly is: 'reached'; readonly at: number }
  /** A text for the driver that needs no order. */
  | { readonly is: 'say'; readonly text: string }
  /** The script of the page has run. */
  | { readonly is: 'started' }
  /** The script of the page did not load (without `message`), or threw. */
  | { readonly is: 'failed'; readonly message?: string }
  | { readonly is: 'closed' };

/** What a document tells the bridge in its worker: answer with this time, end, or that the disk has a group of changes. */
export type DocumentWord =
  | { readonly is: 'ask'; readonly at: number }
  | { readonly is: 'end' }
  | { readonly is: 'written'; readonly of: string; readonly number: number };

/** The message for a word. */
export function messageOf(secret: string, word: WorkerWord | DocumentWord): string {
  return secret + JSON.stringify(word);
}

/** The word in a message; `undefined` for a message of the page. */
export function wordIn<T extends WorkerWord | DocumentWord>(secret: string, data: unknown): T | undefined {
  if (typeof data !== 'string' || !data.startsWith(secret)) return undefined;
  // Only the bridge knows the secret, so the text is a word that it printed.
  return JSON.parse(data.slice(secret.length)) as T;
}

/** A line at the end of the script of a page, which leaves a sign that the script came so far. */
export function lastLine(secret: string): string {
  return `\n;globalThis[${JSON.stringify(secret)}] = true;`;
}
