import type { Facts } from './facts.js';

/** What the facts of an open page have told so far, where one reading alone does not tell enough. */
export interface Memory {
  /** The last document that was read. */
  readonly document: number;
  /** Whether a device was registered at some time since the page was opened. */
  readonly wasRegistered: boolean;
  /** The last document in which a device was registered. */
  readonly registeredIn: number | undefined;
  /** Whether no device was: one that is registered now was linked here. */
  readonly wasUnregistered: boolean;
  /** Whether this document has had a line to the service on which a device could be linked. */
  readonly wasPairing: boolean;
  readonly wasConnected: boolean;
  /** Whether it was connected and synced, with nothing in the way. */
  readonly wasReady: boolean;
  /** Whether a link code is on offer, and in which document. */
  readonly codeIn: number | undefined;
  /** The last failure of a link code that was reported. */
  readonly failure: number;
  /** Wrong entries of a link code that were reported. */
  readonly wrong: number;
  /** How many documents in a row the service has refused as too old, and the last of them. */
  readonly refusals: number;
  readonly refusedIn: number | undefined;
  /** Whether we asked the page to log out. */
  readonly isLoggingOut: boolean;
  /** What the page announced of a logout, until a registered device disproves it. */
  readonly hint: { readonly code?: string } | undefined;
}

/** What is known before anything was read. */
export const noMemory: Memory = {
  document: 0,
  wasRegistered: false,
  registeredIn: undefined,
  wasUnregistered: false,
  wasPairing: false,
  wasConnected: false,
  wasReady: false,
  codeIn: undefined,
  failure: 0,
  wrong: 0,
  refusals: 0,
  refusedIn: undefined,
  isLoggingOut: false,
  hint: undefined,
};

/** The memory once these facts are part of it. */
export function remember(memory: Memory, facts: Facts): Memory {
  const isSame = facts.document === memory.document;
  const isRegistered = facts.isRegistered === true;
  const isOffering = facts.linkCode !== undefined || facts.linkCodeWanted !== undefined;
  const isDone = memory.codeIn === facts.document || isUnpaired(facts);
  return {
    document: facts.document,
    wasRegistered: memory.wasRegistered || isRegistered,
    registeredIn: isRegistered ? facts.document : memory.registeredIn,
    wasUnregistered: memory.wasUnregistered || isUnpaired(facts),
    wasPairing: (isSame && memory.wasPairing) || isUnpaired(facts),
    wasConnected: memory.wasConnected || isConnected(facts),
    wasReady: memory.wasReady || (isConnected(facts) && facts.hasSynced && facts.dialog === undefined),
    codeIn: isOffering ? facts.document : isDone ? undefined : memory.codeIn,
    failure: facts.linkCodeFailure?.seq ?? (isSame ? memory.failure : 0),
    wrong: facts.linkCodeWanted?.wrong ?? 0,
    refusals: refusalsOf(memory, facts),
    refusedIn: facts.isOutdated ? facts.document : memory.refusedIn,
    isLoggingOut: memory.isLoggingOut,
    hint: hintOf(memory, facts),
  };
}

/** A build that the service takes ends the row. */
function refusalsOf({ refusals, refusedIn }: Memory, facts: Facts): number {
  if (!facts.isOutdated) return isConnected(facts) || isUnpaired(facts) ? 0 : refusals;
  return facts.document === refusedIn ? refusals : refusals + 1;
}

/** A document that was loaded since does not repeat the hint; only one with a registered device takes it back. */
function hintOf({ hint }: Memory, { logout, isRegistered }: Facts): Memory['hint'] {
  if (logout !== undefined) return { ...hint, ...(logout.code === undefined ? {} : { code: logout.code }) };
  return isRegistered === true ? undefined : hint;
}

/** Whether the page has a line to the service and no device. */
export function isUnpaired({ isRegistered, socket }: Facts): boolean {
  return isRegistered === false && (socket === 'UNPAIRED' || socket === 'UNPAIRED_IDLE');
}

/** Whether the registered device is connected, as far as the page knows. */
export function isConnected({ isRegistered, socket }: Facts): boolean {
  return isRegistered === true && socket === 'CONNECTED';
}
