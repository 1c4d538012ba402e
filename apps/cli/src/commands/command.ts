import type { Given, OptionTable, OptionValues } from '@wakey/config';
import type { Shell } from '../shell.js';

/** One verb of the command line. */
export interface Command {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Further words for the help. */
  readonly description?: string;
  /** Whether the command takes the name of a session, and which session it uses if no name is given. */
  readonly session?: { readonly fallback?: string; readonly doc: string };
  /** An argument that the command needs, such as a file. Such a command takes its session as an option. */
  readonly operand?: { readonly name: string; readonly doc: string };
  readonly options: OptionTable;
  /** Whether the output is all that the command does. Then the command fails if a part of the output could not be written. */
  readonly isReport?: boolean;
  /** Command lines, without `wakey`, each with what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** Returns the exit code. Throws errors that have an exit code of their own. */
  readonly run: (input: CommandInput<OptionTable>, shell: Shell) => Promise<number>;
}

/** The input of a command. */
export interface CommandInput<O extends OptionTable> {
  /** The name of the session, given or by default; empty if the command takes none. */
  readonly session: string;
  /** The value of the operand; empty if the command has none. */
  readonly operand: string;
  readonly values: OptionValues<O>;
  /** The options as they stand on the command line, without variables and defaults. */
  readonly given: Given;
}

/** A command whose `run` knows the types of its own options. */
export function command<const O extends OptionTable>(
  spec: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    readonly run: (input: CommandInput<O>, shell: Shell) => Promise<number>;
  },
): Command {
  // The program resolves the values from this very table.
  return { ...spec, run: spec.run as Command['run'] };
}
