/** Work on the session's directory that can be cancelled. The session releases the directory only after this work ends. */
export interface Job {
  /** Settles when the work ends. Never rejects. */
  readonly done: Promise<void>;
  /** Aborts the work, and resolves when it has ended. May be called twice. */
  cancel(): Promise<void>;
}

/** Starts the work at once. `run` reports its own result and never rejects. */
export function startJob(run: (signal: AbortSignal) => Promise<void>): Job {
  const abort = new AbortController();
  const done = run(abort.signal);
  return {
    done,
    cancel() {
      abort.abort();
      return done;
    },
  };
}
