import { type Option, variableOf } from '@wakey/config';
import { type Recovery, reasons } from '@wakey/core';
import type { Command } from './commands/command.js';
import { exitCodes } from './exit-codes.js';
import { flagsOf } from './program.js';

/** `docs/reference/cli.md`: every command with every option, from the tables that the program itself reads. */
export function commandReference(commands: readonly Command[]): string {
  return [
    '# The command line',
    '',
    'Made from the tables of `packages/config/src/options` and `apps/cli/src/options`; a test keeps it equal. In a clone that is set up, `npx wakey` runs it.',
    '',
    'Every option can also be given as the variable beside it; the command line wins. A switch takes `1` or `0` there, an',
    'option that may be repeated takes its values separated by spaces. Durations have a unit: `500ms`, `20s`, `3m`, `1h`.',
    'An option without a flag is a secret, which is given by its variable alone. How each command ends: [exit codes](exit-codes.md).',
    ...commands.flatMap(sectionOf),
    '',
  ].join('\n');
}

/** `docs/reference/exit-codes.md`. */
export function exitCodeReference(): string {
  return [
    '# Exit codes',
    '',
    'Made from the table of `apps/cli/src/exit-codes.ts`; a test keeps it equal.',
    '',
    '| code | name | what it means, and what to do |',
    '| ---: | --- | --- |',
    ...exitCodes.map(({ code, name, meaning }) => `| ${code} | \`${name}\` | ${meaning} |`),
    '',
  ].join('\n');
}

/** `docs/reference/endings.md`: what each ending means, what happens to the credentials, and how to start again. */
export function endingReference(): string {
  const endings = Object.entries(reasons).sort(([, one], [, other]) => one.code - other.code);
  return [
    '# Endings',
    '',
    'Made from `packages/core/src/machine/ending.ts`; a test keeps it equal. The state `ended` has the reason, and a detail as text for users; a call that an ending cuts off rejects with the reason as',
    'its error’s code.',
    '',
    '| ending | what happened | what to do | credentials | to come back | exit code |',
    '| --- | --- | --- | --- | --- | ---: |',
    ...endings.map(
      ([name, { code, credentials, recover, what, hint }]) =>
        `| \`${name}\` | ${what} | ${hint} | ${credentials} | ${returns[recover]} | ${code} |`,
    ),
    '',
  ].join('\n');
}

const returns: { readonly [R in Recovery]: string } = {
  auto: 'start again',
  'link-again': 'start, and link again',
  human: 'solve the cause first',
  none: 'cannot be undone',
};

function sectionOf({ name, summary, description, session, operand, options, examples }: Command): readonly string[] {
  const ofSession = session === undefined ? '' : session.fallback === undefined ? ' <session>' : ' [session]';
  const argument = operand === undefined ? ofSession : ` <${operand.name}>`;
  return [
    '',
    `## wakey ${name}`,
    '',
    `\`wakey ${name}${argument} [options]\``,
    '',
    description === undefined ? summary : `${summary} ${description}`,
    ...(session === undefined ? [] : ['', `\`session\`: ${session.doc}${fallbackOf(session.fallback)}`]),
    ...(operand === undefined ? [] : ['', `\`${operand.name}\`: ${operand.doc}`]),
    '',
    '| option | variable | default | what it does |',
    '| --- | --- | --- | --- |',
    ...Object.values(options).map(rowOf),
    '',
    '```sh',
    ...examples.map(([line, does]) => `npx wakey ${line}  # ${does}`),
    '```',
  ];
}

function fallbackOf(fallback: string | undefined): string {
  return fallback ? ` Default: \`${fallback}\`.` : '';
}

function rowOf(option: Option<unknown>): string {
  const flags = option.isSecret === true ? '' : `\`${flagsOf(option).replaceAll('|', '\\|')}\``;
  return `| ${flags} | \`${variableOf(option)}\` | ${option.shown ?? ''} | ${option.doc} |`;
}
