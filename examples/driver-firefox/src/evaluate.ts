import { type CallOptions, type Json, WakeyError } from '@wakey/core';
import type { Calls } from '@wakey/host';
import { type Bidi, BidiError } from './bidi.ts';
import type { Documents } from './documents.ts';
import { inPageSource, KEEP_NAMES, messageOf, toJsonText } from './in-page.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Runs scripts in the page's main world, as `PageHandle.evaluate` promises. */
export type Evaluate = (script: Script, argument?: unknown, options?: CallOptions) => Promise<Json | undefined>;

type Script = string | ((argument: never) => unknown);

/** Creates `evaluate` for the page that `documents` follows. */
export function openEvaluate({ send }: Bidi, documents: Documents, calls: Calls): Evaluate {
  return async (script, argument, options = {}) => {
    const text = argumentText(script, argument);
    return calls.run('Running a script in the page', options, async (over) => {
      // If another document replaces this one, Firefox never answers the command. So we also wait for that replacement.
      const gone = documents.whenGone(over);
      const params = {
        functionDeclaration: functionOf(script),
        arguments: [{ type: 'string', value: text }],
        target: { context: documents.context },
        awaitPromise: true,
      };
      const running = send<Answer>('script.callFunction', params).catch((error: unknown) => {
        // The command arrived between two documents, so Firefox had no document to run the script in.
        throw error instanceof BidiError && GONE.includes(error.code) ? pageNavigated() : error;
      });
      return read(await Promise.race([running, gone.then(() => Promise.reject(pageNavigated()))]));
    });
  };
}

const GONE = ['no such frame', 'no such node', 'unknown error'];

interface Answer {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly value: string };
  readonly exceptionDetails?: { readonly text: string };
}

function functionOf(script: Script): string {
  const body = typeof script === 'string' ? `(${script}\n)` : `(${functionSource(script)}\n)(JSON.parse(text))`;
  return `(text) => { ${KEEP_NAMES} const run = (() => { ${inPageSource()} return runScript; })(); return run(async () => ${body}); }`;
}

/** The source of a function as an expression. A method's source reads `name() {}`, so it needs the word `function` before it. */
function functionSource(script: (argument: never) => unknown): string {
  const source = String(script);
  const isMethod = /^(?!function\b|async\s+function\b|async\s*\(|\(|class\b)(async\s+)?\*?[\w$]+\s*\(/.test(source);
  return isMethod ? source.replace(/^(async\s+)?/, '$1function ') : source;
}

function argumentText(script: Script, argument: unknown): string {
  if (argument === undefined || argument === null) return 'null';
  if (typeof script === 'string') {
    throw invalidArgument('A script that is a string takes no argument.', 'Pass a function instead.');
  }
  try {
    return toJsonText(argument);
  } catch (refusal) {
    throw notJson(`The argument of a script is not JSON: ${messageOf(refusal)}`);
  }
}

function read({ result, exceptionDetails }: Answer): Json | undefined {
  if (exceptionDetails !== undefined) throw evaluateFailed(exceptionDetails.text);
  const told = result?.value ?? '';
  const rest = told.slice(1);
  if (told.startsWith('u')) return undefined;
  if (told.startsWith('j')) return JSON.parse(rest);
  throw told.startsWith('n') ? notJson(`The result of a script is not JSON: ${rest}`) : evaluateFailed(rest);
}

function notJson(what: string): WakeyError {
  return new WakeyError('value-not-json', { what: `${what}.`, hint: 'Convert the value to plain JSON values first.' });
}

function evaluateFailed(message: string): WakeyError {
  const hint = 'Correct the script, or check that the page is the one for which the script was written.';
  return new WakeyError('evaluate-failed', { what: `A script failed in the page: ${message}.`, hint });
}

function pageNavigated(): WakeyError {
  const hint = 'Run the script again in the new document.';
  return new WakeyError('page-navigated', { what: 'The page navigated away while a script ran in it.', hint });
}
