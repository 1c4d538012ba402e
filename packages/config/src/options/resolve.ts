import { UsageError } from '../usage-error.js';
import type { Option, OptionTable, OptionValues } from './option.js';
import { WrongValue } from './wrong-value.js';

/** What the parser found on the command line: a text, several, or `true` for a switch. */
export type Given = Readonly<Record<string, unknown>>;

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of each option: from the command line, else from its variable, else its default. Throws a UsageError. */
export function resolveOptions<O extends OptionTable>(table: O, given: Given, env: Environment): OptionValues<O> {
  const values = Object.entries(table).map(([key, option]) => [key, chosen(option, given[key], env)]);
  // Each value was read by the row of its key.
  return Object.fromEntries(values) as OptionValues<O>;
}

/** The variable that stands for an option: `WAKEY_MAX_QR`. */
export function variableOf({ flag }: Option<unknown>): string {
  return `WAKEY_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function chosen(option: Option<unknown>, given: unknown, env: Environment): unknown {
  const variable = variableOf(option);
  if (option.isSecret === true && given !== undefined) {
    throw new UsageError(
      `--${option.flag} takes nothing: every user of this machine can read command lines, so treat the secret that you gave as known. ` +
        `Set ${variable}, or use --${option.flag}-file.`,
    );
  }
  if (given === true) return true;
  if (given !== undefined) return read(option, `--${option.flag}`, [given].flat().map(String));
  const set = env[variable];
  // A variable that is set to nothing is how shells and compose files say "not set".
  if (set === undefined || set === '') return option.fallback;
  return read(option, variable, option.isList === true ? set.split(/\s+/).filter((part) => part !== '') : [set]);
}

function read(option: Option<unknown>, source: string, texts: readonly string[]): unknown {
  try {
    return option.read(texts);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw new UsageError(`${source} cannot be ${JSON.stringify(texts.join(' '))}. ${error.message}`, { cause: error });
  }
}
