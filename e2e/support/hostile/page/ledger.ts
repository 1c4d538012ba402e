import type { Facts } from '../../../../packages/whatsapp-web/src/facts.ts';
import { isUsable } from './poses.ts';
import { type Doc, ownOrigin } from './site.ts';

/** The reports of all documents, in the order in which the adapter got them. */
export interface Ledger {
  deliver(doc: Doc, text: string): void;
  /** Records that a document was read; its report may arrive later. */
  read(doc: Doc): void;
  /** When a document last reported that it is usable. */
  usableAt(): number;
  /** Records that a caller has commanded a logout. */
  command(): void;
  /** Forgets everything, after an erasure. */
  forget(): void;
  /** Whether the reports and commands so far allow the session to erase its login. */
  mayErase(): boolean;
  /** The reports as lines of text for a user. */
  readonly lines: readonly string[];
}

/**
 * Creates the ledger of one session. A command allows an erasure. Otherwise an erasure is allowed if all of this is true: a
 * logout was announced; two documents reported that no device is registered, both on the session's own origin, with a status
 * below 400, recognised as WhatsApp's; and no such document reported a registered device since the first of the two.
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
        // A report of an earlier document cannot contradict a later document.
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
    // A report that is not JSON states nothing.
    return undefined;
  }
}
