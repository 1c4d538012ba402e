import type { Header, Refusal } from '../src/ratchet/header.ts';
import { answerSession, beginSession, read, type Session, seal } from '../src/ratchet/session.ts';
import { createWatch, type Observation } from '../src/ratchet/watch.ts';

/** A linked device and a peer that write to each other, and the service that watches what the device sends. */
export interface Couple {
  /** The device sends messages; the result has one entry for each. */
  sends(count?: number): readonly Sent[];
  /** The peer sends messages; returns which the device refused, and undefined for each that it read. */
  receives(count?: number): readonly (Refusal | undefined)[];
  /** The peer writes messages that come later. */
  writes(count: number): readonly Letter[];
  /** A message of the peer comes; returns why the device refused it. */
  reads(letter: Letter): Refusal | undefined;
  /** The device's present state. */
  backup(): Session;
  /** Puts the device back to an earlier state, or lets another copy of it go on. */
  restore(state: Session): void;
}

/** A message of the peer on its way. */
export interface Letter {
  readonly header: Header;
  readonly text: string;
}

/** What became of one message of the device. */
export interface Sent {
  readonly header: Header;
  /** Why the peer refused it; undefined if the peer read it. */
  readonly refused: Refusal | undefined;
  readonly observed: Observation;
}

/** A couple whose peer has begun the session. The device has read the first message and has not answered yet. */
export function couple(): Couple {
  const newKey = numbered('key');
  const newText = numbered('text');
  const prekey = { id: 1, key: 'prekey' };
  let peer = beginSession(1, prekey, newKey());
  let device = answerSession(1, prekey);
  const watch = createWatch();

  function send(): Sent {
    const text = newText();
    const { session, header } = seal(device, text);
    device = session;
    const observed = watch.observe(header);
    const result = read(peer, header, text, newKey);
    if ('refused' in result) return { header, refused: result.refused, observed };
    peer = result.session;
    return { header, refused: undefined, observed };
  }

  function write(): Letter {
    const text = newText();
    const { session, header } = seal(peer, text);
    peer = session;
    return { header, text };
  }

  function reads({ header, text }: Letter): Refusal | undefined {
    const result = read(device, header, text, newKey);
    if ('refused' in result) return result.refused;
    device = result.session;
    return undefined;
  }

  const times = <T>(count: number, once: () => T): readonly T[] => Array.from({ length: count }, once);
  reads(write());
  return {
    sends: (count = 1) => times(count, send),
    receives: (count = 1) => times(count, () => reads(write())),
    writes: (count) => times(count, write),
    reads,
    backup: () => device,
    restore(state) {
      device = state;
    },
  };
}

function numbered(word: string): () => string {
  let number = 0;
  return () => {
    number += 1;
    return `${word} ${number}`;
  };
}
