/** The options of a proof. Every random choice comes from the seed, so that a failure can be replayed. */
export interface ProofOptions {
  readonly seed: number;
  /** How often to repeat the dangerous situation. Default: the proof's own full count. */
  readonly count?: number;
  readonly log: (line: string) => void;
}

/** A module of `e2e/proofs`. `run` rejects when the proof fails. */
export interface Proof {
  readonly run: (options: ProofOptions) => Promise<void>;
}
