import {
  browserOptions,
  type Given,
  linkOptions,
  type Option,
  type OptionTable,
  pageOptions,
  placeOptions,
  storeOptions,
} from '@wakey/config';

/**
 * The command that resumes a session: `wakey start` with the options that this command line had and that name the place of the
 * login, its keys, its page and its browser.
 */
export function startAgain(session: string, given: Given, options: OptionTable = resumeOptions): string {
  return `wakey start ${session}${typedAgain(options, given)}`;
}

/**
 * The options of a table as a person types them again, each after a blank. Left out are defaults, and values of environment
 * variables, which the next command has too.
 */
export function typedAgain(options: OptionTable, given: Given): string {
  const words = Object.entries(options).flatMap(([key, option]) => wordsOf(option, given[key]));
  return words.map((word) => ` ${quoted(word)}`).join('');
}

const resumeOptions = {
  ...{ ...placeOptions, ...storeOptions, ...pageOptions },
  ...{ browser: browserOptions.browser, ephemeral: linkOptions.ephemeral },
};

function wordsOf({ flag, fallback }: Option<unknown>, given: unknown): readonly string[] {
  if (given === undefined || given === fallback) return [];
  if (given === true) return [`--${flag}`];
  return [given].flat().flatMap((value) => [`--${flag}`, withoutPassword(String(value))]);
}

/** An address without its password: the line goes to logs, and stays there longer than a command line. */
function withoutPassword(value: string): string {
  const url = URL.parse(value);
  if (url === null || url.password === '') return value;
  url.password = '…';
  return decodeURI(url.href);
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
