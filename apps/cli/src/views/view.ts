import type { LogLevel, SessionState } from '@wakey/client';
import type { Notice } from '@wakey/core';

/** The browser that a session runs on. */
export interface BrowserFacts {
  readonly product: string;
  readonly version: string;
  readonly pid?: number;
}

/** Prints a session for the person or the program that started the command. */
export interface View {
  browser(facts: BrowserFacts): void;
  state(state: SessionState): void;
  notice(notice: Notice): void;
  /** Prints something that a person should know now, such as how to end the command. */
  tell(text: string): void;
  /** A line of the log; goes to stderr. */
  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void;
  /** The error that ends the command. */
  failed(error: unknown): void;
  /** Ends the output. May be called twice. */
  close(): void;
}
