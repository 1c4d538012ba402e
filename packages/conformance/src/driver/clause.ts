import type { BrowserDriver, BrowserHandle, BrowserOptions, CapabilityName } from '@wakey/core';
import type { Sabotage } from './sabotage/sabotage.js';
import type { Site } from './site.js';

/** One promise of the driver contract, and how to see whether a driver keeps it. Needs no test runner. */
export interface DriverClause<Needs = Subject> {
  readonly name: string;
  /** The capability without which the promise is another one: that the driver refuses. */
  readonly needs?: CapabilityName;
  check(subject: Needs): Promise<void>;
  /** A driver that this clause must fail, made of one that passes it. */
  readonly sabotage: Sabotage;
  /** The browser is not fit for another clause after it. */
  readonly spoils?: boolean;
}

/** A driver under test, and a place to test it in. */
export interface Subject {
  /** Makes the driver, with the options that every driver takes. */
  driver(options?: BrowserOptions): BrowserDriver;
  /** The binary of the browsers that it drives. */
  readonly executable: string;
  readonly site: Site;
  /** An empty directory of this clause alone. It is the TMPDIR of the browsers it launches, and removed after it. */
  readonly folder: string;
}

/** A driver with a browser that several clauses share: each starts on a blank page. */
export interface OpenSubject extends Subject {
  readonly browser: BrowserHandle;
}
