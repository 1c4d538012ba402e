import type { Facts } from '../../../../packages/whatsapp-web/src/facts.ts';
import { isUsable } from './poses.ts';
import { type Doc, ownOrigin } from './site.ts';

/** What the documents have said, each as often as it was heard, in the order in which it was heard. */
export interface Ledger {
  deliver(doc: Doc, text: string): void;
  /** A document has something to say, which may be heard only later. */
  read(doc: Doc): void;
  /** When a document last said that it can be used. */
  usableAt(): number;
  /** A caller has asked to unlink, or to link anew. */
  command(): void;
  /** What was commanded is over. */
  forget(): void;
  /** Whether what was heard so far allows that the login is erased. */
  mayErase(): boolean;
  /** For people. */
  readonly lines: readonly string[];
}

/**
 * A ledger for one life. Erasing is allowed by a command, or once two documents have said that no device is registered: both
 * on the session's own origin, with a status below 400, known as WhatsApp's, the second a later one; a logout has been
 * announced; and no such document has said since that a device is registered.
 */
export function makeLedger(now: () => number): Ledger {
  const lines: string[] = [];
  let first: number | undefined;
  let isConfirmed = false;
  let isAnnounced = false;
  let isCommanded = false;
  let usableAt = now();

  return {
    lines,
    read(doc) {
      if (isUsable(doc.show())) usableAt = now();
    },
    usableAt: () => usableAt,
    deliver(doc, text) {
      const facts = factsOf(text);
      lines.push(`${now()} document ${doc.number} (${doc.url} ${doc.status}): ${text.slice(0, 300)}`);
      if (facts === undefined) return;
      if (facts.logout !== undefined) isAnnounced = true;
      const isTrusted = new URL(doc.url).origin === ownOrigin && doc.status < 400 && facts.kind === 'whatsapp';
      if (!isTrusted || facts.isRegistered === undefined) return;
      if (facts.isRegistered) {
        // What an earlier document has said arrives too late to contradict a later one.
        if (first !== undefined && doc.number < first) return;
        first = undefined;
        isConfirmed = false;
      } else if (first === undefined) first = doc.number;
      else if (doc.number > first) isConfirmed = true;
    },
    command() {
      isCommanded = true;
    },
    forget() {
      first = undefined;
      isConfirmed = false;
      isAnnounced = false;
      isCommanded = false;
    },
    mayErase: () => isCommanded || (isConfirmed && isAnnounced),
  };
}

function factsOf(text: string): Facts | undefined {
  try {
    return JSON.parse(text) as Facts;
  } catch {
    // Garbage is heard as well, and says nothing.
    return undefined;
  }
}
