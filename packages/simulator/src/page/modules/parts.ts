import type { Kept, PageContext } from '../context.ts';
import type { LinkCodeFlow } from '../link-code.ts';
import type { PairingScreen } from '../pairing.ts';
import type { Session } from '../session.ts';

/** What the page's modules are made from. They exist before the storage is open, so they ask for its parts late. */
export interface ModuleParts {
  readonly context: PageContext;
  /** Resolves when the storage is open. */
  readonly kept: Promise<Kept>;
  /** What there is once the storage is open; undefined before. */
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
