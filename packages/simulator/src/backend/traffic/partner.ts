import type { Header, Prekey, Refusal, SealedMessage } from '../../ratchet/header.ts';
import { beginSession, read, type Session, seal } from '../../ratchet/session.ts';

/** A device that writes with a linked device: the account's phone, or a peer. */
export interface Partner {
  readonly id: string;
  /** Whether the linked device can write to this partner: it has a session since it read the first message. */
  hasSession(): boolean;
  /** Begins sessions above this number from now on: the linked device has one with that number. */
  passOver(number: number): void;
  /** Begins a session, or replaces the present one. */
  begin(prekey: Prekey): void;
  /** Returns the partner's next message. Call it only with a session. */
  write(id: string, text: string): SealedMessage;
  /** Returns why the partner refuses a message; undefined if it reads it. */
  read(header: Header, text: string): Refusal | undefined;
}

/** Creates a partner that has not written yet. `newKey` returns a new name. */
export function createPartner(id: string, newKey: () => string): Partner {
  let session: Session | undefined;
  let number = 0;

  return {
    id,
    hasSession: () => session !== undefined,
    passOver(used) {
      number = Math.max(number, used);
    },
    begin(prekey) {
      number += 1;
      session = beginSession(number, prekey, newKey());
    },
    write(messageId, text) {
      if (session === undefined) throw new Error(`${id} has no session with this device.`);
      const { prekey } = session;
      const sealed = seal(session, text);
      session = sealed.session;
      return { id: messageId, header: sealed.header, text, ...(prekey && { prekey }) };
    },
    read(header, text) {
      if (session === undefined || header.session !== session.number) return 'no-session';
      const result = read(session, header, text, newKey);
      if ('refused' in result) return result.refused;
      session = result.session;
      return undefined;
    },
  };
}
