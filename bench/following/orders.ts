/** How a session in a process of its own differs from a plain one. */
export interface HostOptions {
  /** Address of the page. */
  readonly url: string;
  readonly sessionsDir: string;
  /** The directory of the store; absent: a session without a store. */
  readonly storeDir?: string;
  readonly keep: 'on' | 'off';
}

/** What the process does on request. */
export type Order =
  /** Starts the session; the answer has the code if the session must be linked. */
  | { readonly type: 'start'; readonly options: HostOptions }
  /** Waits until the session is ready, and until its first backup is in the store if it has one. */
  | { readonly type: 'ready' }
  /** The page stores values of so many MB, half of which compress well. */
  | { readonly type: 'fill'; readonly megabytes: number }
  | { readonly type: 'cpu' }
  /** From now on notes when the page commits, and when segments are in the store. */
  | { readonly type: 'note' }
  | { readonly type: 'report' }
  | { readonly type: 'stop' };

/** What the process answers: each order sets its own facts. */
export interface Answer {
  /** Why the process could not follow the order. */
  readonly problem?: string;
  readonly qr?: string;
  /** The CPU time of the process since its start, user and system, in ms. */
  readonly cpu?: number;
  /** How long the order took, in ms. */
  readonly took?: number;
  /** When transactions of the page were complete, in ms since 1970. */
  readonly commits?: readonly number[];
  readonly segments?: readonly KeptSegment[];
}

/** A segment that is in the store. */
export interface KeptSegment {
  /** In bytes. */
  readonly size: number;
  /** The profile was read after this time, in ms since 1970. */
  readonly readAt: number;
  /** When the append was durable, in ms since 1970. */
  readonly keptAt: number;
}
