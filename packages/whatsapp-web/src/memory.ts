import type { Facts } from './facts.js';

/** What the adapter remembers of earlier facts of an open page, for signals that need more than one reading. */
export interface Memory {
  /** Number of the last document that was read. */
  readonly document: number;
  /** Whether a device has been registered at some time since the page was opened. */
  readonly wasRegistered: boolean;
  /** Number of the last document in which a device was registered. */
  readonly registeredIn: number | undefined;
  /**
   * Whether no device was registered at some time since the page was opened: then a device that is registered now was
   * linked in this page.
   */
  readonly wasUnregistered: boolean;
  /** Whether this document has had a connection to the service on which a device could be linked. */
  readonly wasPairing: boolean;
  readonly wasConnected: boolean;
  /** Whether the page has been connected and synced without a dialog. */
  readonly wasReady: boolean;
  /** Number of the document that offers a link code; undefined if none does. */
  readonly codeIn: number | undefined;
  /** `seq` of the last failure of a link code that was reported. */
  readonly failure: number;
  /** How many wrong entries of a link code were reported. */
  readonly wrong: number;
  /** How many documents in a row the service has refused as too old, and the number of the last of them. */
  readonly refusals: number;
  readonly refusedIn: number | undefined;
  /** Whether Wakey has commanded the page to log out. */
  readonly isLoggingOut: boolean;
  /** The logout that the page announced, until a registered device disproves it. */
  readonly hint: { readonly code?: string } | undefined;
}

/** The memory before the first reading. */
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

/** Returns the memory with these facts added. */
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

/** Counts refused documents in a row; the count returns to 0 when the service accepts a build. */
function refusalsOf({ refusals, refusedIn }: Memory, facts: Facts): number {
  if (!facts.isOutdated) return isConnected(facts) || isUnpaired(facts) ? 0 : refusals;
  return facts.document === refusedIn ? refusals : refusals + 1;
}

/** Keeps the hint when a later document does not repeat it; only a registered device removes it. */
function hintOf({ hint }: Memory, { logout, isRegistered }: Facts): Memory['hint'] {
  if (logout !== undefined) return { ...hint, ...(logout.code === undefined ? {} : { code: logout.code }) };
  return isRegistered === true ? undefined : hint;
}

/** Whether the page is connected to the service and no device is registered. */
export function isUnpaired({ isRegistered, socket }: Facts): boolean {
  return isRegistered === false && (socket === 'UNPAIRED' || socket === 'UNPAIRED_IDLE');
}

/** Whether a device is registered and the page reports it as connected. */
export function isConnected({ isRegistered, socket }: Facts): boolean {
  return isRegistered === true && socket === 'CONNECTED';
}
