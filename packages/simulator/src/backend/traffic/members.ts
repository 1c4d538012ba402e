import type { Header, Refusal, SealedMessage } from '../../ratchet/header.ts';
import {
  distributed,
  type KnownSenderKey,
  readForGroup,
  type SenderKey,
  sealForGroup,
} from '../../ratchet/sender-key.ts';

/** The other members of the group in which a linked device writes. */
export interface Members {
  /** Returns the next group message of a member. */
  write(member: string, id: string, text: string): SealedMessage;
  /** Takes the device's next message for one in the middle of its sender key, whose earlier ones the members have read. */
  joinLate(): void;
  /** Returns why the members refuse a message of the device; undefined if they read it. All members know the same. */
  read(header: Header, text: string): Refusal | undefined;
}

/** Creates the members. `newKey` returns a new name. */
export function createMembers(newKey: () => string): Members {
  const own = new Map<string, SenderKey>();
  let known: KnownSenderKey | undefined;
  let isLate = false;

  return {
    write(member, id, text) {
      const sealed = sealForGroup(own.get(member) ?? { key: newKey(), next: 0 }, text);
      own.set(member, sealed.own);
      return { id, header: sealed.header, text };
    },
    joinLate() {
      isLate = true;
    },
    read(header, text) {
      if (isLate && known === undefined) known = { ...distributed(header.key), next: header.counter };
      const result = readForGroup(known, header, text);
      if ('refused' in result) return result.refused;
      known = result.known;
      return undefined;
    },
  };
}
