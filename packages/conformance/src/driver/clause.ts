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

/**
 * What the suite must know of a driver: how it is made, the binary that it is tested with, and how that one differs from a
 * Chromium where it does. Each difference is declared here; no clause is left out for it.
 */
export interface DriverUnderTest {
  /** Makes the driver, with the options that every driver takes. */
  driver(options?: BrowserOptions): BrowserDriver;
  /** The binary of the browsers that it drives. */
  readonly executable: string;
  /** Arguments that the browser takes and that harm nothing. @default one that Chromium does not know, and ignores */
  readonly furtherArgs?: readonly string[];
  /** What the driver adds to the browser's environment by itself, each with the reason. @default {} */
  readonly ownVariables?: Readonly<Record<string, string>>;
  /** What crashes a page and what is told of it then, or why nothing is known that does. @default chrome://crash */
  readonly crash?: CrashOfPage | { readonly unknown: string };
  /** Starts a browser without any driver that can be attached to. @default a Chromium with a debugging port */
  readonly startForeign?: (executable: string, folder: string) => Promise<ForeignBrowser>;
  /** The DISPLAY of an X server that may show windows. @default none: only what needs no window is checked */
  readonly display?: string | undefined;
}

/** What crashes the page: it is gone then, or with it the whole browser. */
export interface CrashOfPage {
  /** An address, or where there is none, what ends the process of the page from outside. */
  readonly url: string | ((browser: BrowserHandle) => void);
  readonly code: 'page-crashed' | 'browser-lost';
}

/** A browser of somebody else. */
export interface ForeignBrowser {
  readonly endpoint: string;
  readonly pid: number;
  /** How many pages it has, where it tells. */
  pages?(): Promise<number>;
  /** Kills it; resolves when it is gone. */
  end(): Promise<void>;
}

/** A driver under test, and a place to test it in. */
export interface Subject extends DriverUnderTest {
  readonly site: Site;
  /** An empty directory of this clause alone. It is the TMPDIR of the browsers it launches, and removed after it. */
  readonly folder: string;
}

/** A driver with a browser that several clauses share: each starts on a blank page. */
export interface OpenSubject extends Subject {
  readonly browser: BrowserHandle;
}
