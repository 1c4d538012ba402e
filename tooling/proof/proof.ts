/** What a proof gets: everything random comes from the seed, so that a failure can be replayed. */
export interface ProofOptions {
  readonly seed: number;
  /** How often to try; the proof's own full figure when absent. */
  readonly count?: number;
  readonly log: (line: string) => void;
}

/** A module of `e2e/proofs`. `run` rejects when the proof fails. */
export interface Proof {
  readonly run: (options: ProofOptions) => Promise<void>;
}
