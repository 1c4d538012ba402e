import { type CallOptions, type Json, WakeyError } from '@wakey/core';
import type { Calls } from '@wakey/host';
import { runSource } from '../generated/in-page.js';
import { messageOf } from '../in-page/message-of.js';
import { toJsonText } from '../in-page/to-json.js';
import type { Session } from '../session.js';
import type { Contexts } from './contexts.js';
import { invalidArgument, pageNavigated } from './errors.js';

/** A script: the source of an expression, or a function that uses nothing outside its own text. */
export type Script = string | ((argument: never) => unknown);

/** Runs scripts in the main world. */
export type Evaluate = (script: Script, argument: unknown, options?: CallOptions) => Promise<Json | undefined>;

/** Creates `PageHandle.evaluate` over one session of the protocol. */
export function openEvaluate(session: Session, contexts: Contexts, calls: Calls): Evaluate {
  return async (script, argument, options = {}) => {
    const text = argumentText(script, argument);
    const source = functionOf(script);
    return calls.run('Running a script in the page', { timeout: TIMEOUT, ...options }, async (over) => {
      const context = await contexts.current(over);
      const outcome = await inContext(session, contexts, context, { source, text });
      return read(outcome);
    });
  };
}

/**
 * Evaluates in one world and awaits a promise. Rejects with `page-navigated` at once when the world is gone, because a
 * document that the browser keeps for "back" would never answer.
 */
async function inContext(session: Session, contexts: Contexts, context: string, { source, text }: ScriptCall) {
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const stopWaiting = contexts.whenGone(context, () => reject(pageNavigated()));
  try {
    const params = {
      functionDeclaration: source,
      arguments: [{ value: text }],
      uniqueContextId: context,
      awaitPromise: true,
      returnByValue: true,
    };
    return await Promise.race([session.send('Runtime.callFunctionOn', params), gone]);
  } catch (error) {
    throw translate(error);
  } finally {
    stopWaiting();
  }
}

type ScriptResult = Awaited<ReturnType<typeof inContext>>;

const TIMEOUT = 30_000;

interface ScriptCall {
  readonly source: string;
  /** The script's argument as JSON. */
  readonly text: string;
}

/**
 * `run` checks the value inside the page, where its type is still known. The script itself does not run in the strict
 * mode of `run`.
 */
function functionOf(script: Script): string {
  const body = typeof script === 'string' ? `(${script}\n)` : `(${functionSource(script)}\n)(JSON.parse(text))`;
  return `(text) => { ${KEEP_NAMES} return ((script) => { ${runSource} return wakey.run(script); })(async () => ${body}); }`;
}

/** Functions compiled with esbuild's `keepNames`, as by tsx, call this helper, which the page does not define. */
const KEEP_NAMES = 'const __name = (named) => named;';

/** The source of a method is `name() {}`, which becomes an expression only with `function` before it. */
function functionSource(script: (argument: never) => unknown): string {
  const source = String(script);
  const isMethod = /^(?!function\b|async\s+function\b|async\s*\(|\(|class\b)(async\s+)?\*?[\w$]+\s*\(/.test(source);
  return isMethod ? source.replace(/^(async\s+)?/, '$1function ') : source;
}

function argumentText(script: Script, argument: unknown): string {
  if (argument === undefined || argument === null) return 'null';
  if (typeof script === 'string') {
    throw invalidArgument(
      'A script that is a string cannot take an argument.',
      'Pass a function, or write the value into the source.',
    );
  }
  try {
    return toJsonText(argument);
  } catch (refusal) {
    throw valueNotJson(`The argument of a script is not JSON: ${messageOf(refusal)}`);
  }
}

/** Creates the error for a value that JSON cannot represent. */
function valueNotJson(what: string): WakeyError {
  return new WakeyError('value-not-json', { what: `${what}.`, hint: 'Convert the value to plain JSON values first.' });
}

function read({ result, exceptionDetails }: ScriptResult): Json | undefined {
  if (exceptionDetails !== undefined) {
    const { exception, text } = exceptionDetails;
    throw evaluateFailed(String(exception?.description ?? text).split('\n    at ')[0] ?? text);
  }
  const told = String(result.value);
  const rest = told.slice(1);
  if (told.startsWith('u')) return undefined;
  if (told.startsWith('j')) return JSON.parse(rest);
  if (told.startsWith('n')) throw valueNotJson(`The result of a script is not JSON: ${rest}`);
  throw evaluateFailed(rest);
}

function evaluateFailed(message: string): WakeyError {
  return new WakeyError('evaluate-failed', {
    what: `A script failed in the page: ${message}.`,
    hint: 'Correct the script, or check that the script is for this page.',
    details: { message },
  });
}

function translate(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  if (/Promise was collected/.test(message))
    return evaluateFailed('the page discarded the promise, so it cannot settle');
  return /navigated or closed|context was destroyed|[Cc]ontext.* not found|Cannot find .*context/.test(message)
    ? pageNavigated()
    : error;
}
