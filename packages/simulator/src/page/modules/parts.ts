import type { Kept, PageContext } from '../context.ts';
import type { LinkCodeFlow } from '../link-code.ts';
import type { PairingScreen } from '../pairing.ts';
import type { Session } from '../session.ts';

/**
 * The objects from which the page's modules are made. The modules exist before the storage is open, so they read its
 * parts later.
 */
export interface ModuleParts {
  readonly context: PageContext;
  /** Resolves when the storage is open. */
  readonly kept: Promise<Kept>;
  /** Returns the parts that need storage; undefined before the storage is open. */
  readonly life: () => Life | undefined;
  readonly ready: Promise<Life>;
}

/** The parts that need storage. */
export interface Life {
  readonly kept: Kept;
  readonly session: Session;
  readonly pairing: PairingScreen;
  readonly linkCode: LinkCodeFlow;
}

/** Modules by name; each is made when it is first required. */
export type ModuleTable = Readonly<Record<string, () => object>>;
