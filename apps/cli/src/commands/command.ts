import type { Given, OptionTable, OptionValues } from '@wakey/config';
import type { Shell } from '../shell.js';

/** One verb of the command line. */
export interface Command {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Further words for the help. */
  readonly description?: string;
  /** Whether it takes the name of a session, and which one it means without. */
  readonly session?: { readonly fallback?: string; readonly doc: string };
  /** What else it must be given, such as a file; a command that has one takes its session by an option. */
  readonly operand?: { readonly name: string; readonly doc: string };
  readonly options: OptionTable;
  /** Whether what it prints is all that it does: a part that could not be written then fails it. */
  readonly isReport?: boolean;
  /** Command lines, without `wakey`, each with what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** Gives the exit code; throws what has an exit code of its own. */
  readonly run: (input: CommandInput<OptionTable>, shell: Shell) => Promise<number>;
}

/** What a command got. */
export interface CommandInput<O extends OptionTable> {
  /** The session named, or the one meant without a name; empty for a command that takes none. */
  readonly session: string;
  /** What was given for the operand; empty for a command that has none. */
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
