import { needs, parts, placeName } from './probe/table.js';

/** One part of WhatsApp's page that the adapter reads or uses. */
export interface PagePart {
  /** Name of the part in the signal `incompatible` and in errors. */
  readonly name: string;
  /** Id of the page's module that exports the part; absent for a part of the document. */
  readonly module?: string;
  /** Purpose of the part. Several parts may serve one need; the adapter uses the first that the page has. */
  readonly need: string;
  /**
   * What follows if the page has no part for the need. `always`: the page is incompatible. `unpaired`: the page is
   * incompatible while no device is registered. `command`: the adapter refuses one command. `optional`: nothing.
   */
  readonly level: 'always' | 'unpaired' | 'command' | 'optional';
}

/** All parts that the adapter reads or uses; for each need the preferred part comes first. */
export const pageParts: readonly PagePart[] = parts.map(({ for: need, at }) => ({
  name: placeName(at),
  ...('module' in at ? { module: at.module } : {}),
  need,
  level: needs[need],
}));
