import type { BrowserDriver, BrowserHandle, BrowserOptions, CapabilityName } from '@wakey/core';
import type { Sabotage } from './sabotage/sabotage.js';
import type { Site } from './site.js';

/** One promise of the driver contract, and a check whether a driver keeps the promise. Needs no test runner. */
export interface DriverClause<Needs = Subject> {
  readonly name: string;
  /** The capability that the clause needs. A driver without this capability must refuse the call instead. */
  readonly needs?: CapabilityName;
  check(subject: Needs): Promise<void>;
  /** Makes, from a driver that passes this clause, a driver that must fail it. */
  readonly sabotage: Sabotage;
  /** Whether this clause leaves the browser unfit for another clause. */
  readonly spoils?: boolean;
}

/**
 * A driver for the suite: a function that makes it, the binary of its browser, and the differences between that browser
 * and a Chromium. Every difference is declared here, with its reason. No difference leaves a clause out: the clause then
 * checks that the difference is there.
 */
export interface DriverUnderTest {
  /** Makes the driver, with the options that every driver takes. */
  driver(options?: BrowserOptions): BrowserDriver;
  /** The binary of the browsers that it drives. */
  readonly executable: string;
  /** Harmless arguments that the browser accepts. @default an argument that Chromium does not know, and ignores */
  readonly furtherArgs?: readonly string[];
  /** The variables that the driver itself adds to the browser's environment, each with the reason. @default {} */
  readonly ownVariables?: Readonly<Record<string, string>>;
  /** How to crash a page and what the driver then reports, or why no way is known. @default chrome://crash */
  readonly crash?: CrashOfPage | { readonly unknown: string };
  /** Starts, without any driver, a browser that a driver can attach to. @default a Chromium with a debugging port */
  readonly startForeign?: (executable: string, folder: string) => Promise<ForeignBrowser>;
  /** Why the format of the browser's profiles has no `following`. @default it has one, and the suite checks that one */
  readonly noFollowing?: string;
  /** Why a navigation commits only once the whole document has arrived. @default it commits at the headers of the answer */
  readonly commitsAtEnd?: string;
  /** Why a page loads no pictures, so that "load" does not wait for them. @default it loads them */
  readonly noPictures?: string;
  /** Why an exception in a timer is not reported. @default it is reported like every other exception */
  readonly silentTimers?: string;
  /** Why a secure cookie without `sameSite` comes back with "none". @default it comes back without `sameSite` */
  readonly addsSameSite?: string;
  /** The DISPLAY of an X server that may show windows. @default none: the suite checks only what needs no window */
  readonly display?: string | undefined;
}

/** How to crash the page. The crash may take the whole browser with it. */
export interface CrashOfPage {
  /** An address that crashes the page. If there is no such address, a function that kills the page's process. */
  readonly url: string | ((browser: BrowserHandle) => void);
  readonly code: 'page-crashed' | 'browser-lost';
}

/** A browser that the driver under test did not start. */
export interface ForeignBrowser {
  readonly endpoint: string;
  readonly pid: number;
  /** How many pages the browser has, if the browser reports that. */
  pages?(): Promise<number>;
  /** Kills the browser; resolves when its process is gone. */
  end(): Promise<void>;
}

/** A driver under test, and a place to test it in. */
export interface Subject extends DriverUnderTest {
  readonly site: Site;
  /**
   * An empty directory for this clause alone: the TMPDIR of the browsers that it launches. The suite removes it
   * afterwards.
   */
  readonly folder: string;
}

/** A driver with a browser that several clauses share: each starts on a blank page. */
export interface OpenSubject extends Subject {
  readonly browser: BrowserHandle;
}
