import { UsageError } from '../usage-error.js';
import type { Option, OptionTable, OptionValues } from './option.js';
import { WrongValue } from './wrong-value.js';

/** The options that a parser found, by their names: a text, a list of texts, or `true` for a switch. */
export type Given = Readonly<Record<string, unknown>>;

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the value of each option: the given one, else that of its variable, else its default. Throws a UsageError. */
export function resolveOptions<O extends OptionTable>(table: O, given: Given, env: Environment): OptionValues<O> {
  const values = Object.entries(table).map(([key, option]) => [key, chosen(option, given[key], env)]);
  // Each value was read by the row of its key.
  return Object.fromEntries(values) as OptionValues<O>;
}

/** The environment variable of an option, such as `WAKEY_MAX_QR`. */
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
  // Shells and compose files set a variable to nothing where they mean "not set".
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
