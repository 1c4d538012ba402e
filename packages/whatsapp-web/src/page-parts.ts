import { needs, parts, placeName } from './probe/table.js';

/** One part of WhatsApp's page that the adapter reads. */
export interface PagePart {
  /** As `incompatible` and errors name it. */
  readonly name: string;
  /** Id of the page's own module that has it; absent for a part of the document. */
  readonly module?: string;
  /** What it is needed for. Of several parts for one need the first that the page has is used. */
  readonly need: string;
  /**
   * What it means when a page has none for the need. `always`: it cannot be read; `unpaired`: nor can it while no device
   * is registered; `command`: one command is refused; `optional`: nothing.
   */
  readonly level: 'always' | 'unpaired' | 'command' | 'optional';
}

/** Everything the adapter reads of the page, best first for each need. */
export const pageParts: readonly PagePart[] = parts.map(({ for: need, at }) => ({
  name: placeName(at),
  ...('module' in at ? { module: at.module } : {}),
  need,
  level: needs[need],
}));
