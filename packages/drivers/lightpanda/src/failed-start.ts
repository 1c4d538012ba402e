import { type ProcessExit, wayOut } from '@wakey/browser-process';
import { WakeyError } from '@wakey/core';

/** The error of a Lightpanda that ended before it listened: `invalid-argument` if it refused an argument by name. */
export function diedAtStart(executable: string, version: string | undefined, exit: ProcessExit): WakeyError {
  const words = exit.detail === undefined ? '' : ` Its stderr: ${exit.detail}`;
  const what = `The browser ${executable} did not start: ${wayOut(exit)}.${words}`;
  const argument = refusedArgument(exit.detail ?? '');
  if (argument === undefined) {
    return new WakeyError('browser-failed', { what, hint: 'Read its stderr.', details: { executable } });
  }
  return new WakeyError('invalid-argument', {
    what: `Lightpanda ${version ?? 'of an unknown version'} refuses ${argument}. ${what}`,
    hint: 'Correct or remove it in "args". "lightpanda help serve" lists the arguments of this version.',
    details: { executable, argument },
  });
}

/** The argument that Lightpanda refused, with its value if it refused the value. Undefined if it ended for another reason. */
function refusedArgument(stderr: string): string | undefined {
  const line = /^.*\$level=fatal \$msg="(?:unknown argument|invalid|missing argument).*$/m.exec(stderr)?.[0];
  if (line === undefined)
    return /\$msg="?exit"? err=MissingArgument/.test(stderr) ? 'an argument without its value' : undefined;
  const [, argument] = /\barg=(\S+)/.exec(line) ?? [];
  const [, value] = /\bvalue=(\S+)/.exec(line) ?? [];
  if (argument === undefined) return `an argument (${/\$msg="([^"]*)"/.exec(line)?.[1]})`;
  return value === undefined ? `the argument ${argument}` : `the value ${value} of the argument ${argument}`;
}
