import { type Given, type Option, resolveOptions, variableOf } from '@wakey/config';
import { escaped } from '@wakey/core';
import { CommanderError, Option as CommanderOption, Command as Parser } from 'commander';
import type { Command } from './commands/command.js';
import { commands, groups } from './commands.js';
import { DONE, exitCodeFor, FAILED, USAGE } from './exit-codes.js';
import type { Shell } from './shell.js';
import { paintFor } from './terminal/paint.js';
import { textOfError } from './views/error-text.js';

/** Runs a command line, which begins after the name of the program. Returns the exit code; throws nothing. */
export async function runProgram(args: readonly string[], shell: Shell, version: string): Promise<number> {
  let exitCode = 0;
  const parser = programOf(shell, version, (code) => {
    exitCode = code;
  });
  try {
    await parser.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    shell.err.write(`${textOfError(error, paintFor(shell.err, shell.env), args.includes('--verbose'))}\n`);
    return exitCodeFor(error);
  }
}

function programOf(shell: Shell, version: string, onExit: (code: number) => void): Parser {
  const { bad } = paintFor(shell.err, shell.env);
  const parser = new Parser('wakey')
    .description('Logs a program into WhatsApp Web and keeps it logged in.')
    .version(version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .helpCommand('help [command]', 'Print the help of a command.')
    .configureOutput({
      writeOut: (text) => void shell.out.write(text),
      writeErr: (text) => void shell.err.write(text),
      outputError: (text, write) => write(`${bad('✗')} ${escaped(text.replace(/^error: /, ''))}`),
    })
    .showHelpAfterError('  Every command: npx wakey --help')
    .exitOverride();
  for (const command of commands) groupOf(command, parser).addCommand(parserOf(command, parser, shell, onExit));
  return parser;
}

/** The parser to which a command belongs: for `keys add` the group `keys`, which the first command of the group creates. */
function groupOf({ name }: Command, parent: Parser): Parser {
  const [group = ''] = name.split(' ');
  if (group === name) return parent;
  const found = parent.commands.find((candidate) => candidate.name() === group);
  if (found !== undefined) return found;
  const made = new Parser(group)
    .copyInheritedSettings(parent)
    .summary(groups[group] ?? '')
    .description(groups[group] ?? '')
    .helpOption('-h, --help', 'Print this help.');
  parent.addCommand(made);
  return made;
}

function parserOf(command: Command, parent: Parser, shell: Shell, onExit: (code: number) => void): Parser {
  const { name, summary, description, session, operand, options } = command;
  const parser = new Parser(name.split(' ').at(-1) ?? name)
    .copyInheritedSettings(parent)
    .summary(summary)
    .description(description === undefined ? summary : `${summary}\n${description}`)
    .helpOption('-h, --help', 'Print this help.')
    .showHelpAfterError(`  Every option: npx wakey ${name} --help`)
    .addHelpText('after', examplesOf(command));
  if (session !== undefined) {
    const { doc, fallback } = session;
    parser.argument(fallback === undefined ? '<session>' : '[session]', doc, ...(fallback ? [fallback] : []));
  }
  if (operand !== undefined) parser.argument(`<${operand.name}>`, operand.doc);
  for (const option of Object.values(options)) parser.addOption(commanderOption(option));
  parser.action(async (...parsed: readonly unknown[]) => {
    const hasArgument = session !== undefined || operand !== undefined;
    const [named, options_] = hasArgument ? [parsed[0] ?? session?.fallback ?? '', parsed[1]] : ['', parsed[0]];
    const given = options_ as Given;
    const values = resolveOptions(options, given, shell.env);
    const input =
      operand === undefined ? { session: String(named), operand: '' } : { session: '', operand: String(named) };
    onExit(await exitCodeOf(command, await command.run({ ...input, values, given }, shell), shell));
  });
  return parser;
}

/** A report fails if a part of it could not be written. */
async function exitCodeOf({ isReport }: Command, code: number, { out }: Shell): Promise<number> {
  if (code !== DONE || isReport !== true) return code;
  // A stream reports a failed write a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  return (out.lost?.() ?? 0) > 0 ? FAILED : code;
}

/** How an option is written in the help and on the command line. */
export function flagsOf({ short, flag, value }: Option<unknown>): string {
  return `${short === undefined ? '' : `-${short}, `}--${flag}${value === undefined ? '' : ` ${value}`}`;
}

function commanderOption(option: Option<unknown>): CommanderOption {
  const { doc, shown, isList } = option;
  const facts = [...(shown === undefined ? [] : [`default: ${shown}`]), `env: ${variableOf(option)}`];
  // The parser knows the flag, so that Wakey refuses it in words that do not repeat the secret.
  if (option.isSecret === true) return new CommanderOption(`--${option.flag} [secret]`).hideHelp();
  const made = new CommanderOption(flagsOf(option), `${doc} (${facts.join('; ')})`);
  return isList === true ? made.argParser(appended) : made;
}

function appended(text: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? before : []), text];
}

function examplesOf({ examples }: Command): string {
  return ['', 'Examples:', ...examples.flatMap(([line, does]) => [`  ${does}:`, `    npx wakey ${line}`])].join('\n');
}
