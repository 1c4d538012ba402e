/** What the service sees of a message between two devices: all fields are in the open. */
export interface Header {
  /** Number of the session between the two devices: 1 is their first. 0 in a group, which has no session. */
  readonly session: number;
  /** Name of the ratchet key that the sender made for this chain; in a group, of its sender key. */
  readonly key: string;
  /** Number of the other side's turn that the sender had read when it made the key; 0 in a group. */
  readonly step: number;
  /** Place of the message in the chain, from 0. */
  readonly counter: number;
  /** Last counter of the sender's former chain; -1 if the sender never used that chain. */
  readonly previous: number;
  /** Hash of the encrypted bytes. */
  readonly hash: string;
}

/** A one-time key that a device leaves at the service, so that others can begin a session while it is offline. */
export interface Prekey {
  readonly id: number;
  /** Name of the key. */
  readonly key: string;
}

/** An encrypted message, with its text in the open: only the hash shows which key encrypted it. */
export interface SealedMessage {
  readonly id: string;
  readonly header: Header;
  readonly text: string;
  /** The prekey with which the sender began the session. Each message names it until the other side has answered. */
  readonly prekey?: Prekey;
}

/** The reason why a device could not read a message, by the checks of libsignal. */
export type Refusal =
  | 'no-session'
  | 'no-prekey'
  | 'no-sender-key'
  | 'bad-mac'
  | 'duplicate'
  | 'too-far'
  | 'chain-closed';
