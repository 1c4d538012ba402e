/** Where browsers are installed on one operating system, the preferred first. */
export interface BrowserPlaces {
  /** Headless shells: half the memory of a whole browser. */
  readonly shells: readonly string[];
  readonly browsers: readonly string[];
  /** Names to look for along PATH, after the places. */
  readonly shellNames: readonly string[];
  readonly browserNames: readonly string[];
  /** Start scripts of packagers, and the binary each surely starts. */
  readonly wrappers: Readonly<Record<string, string>>;
}

/** The variables of an environment that tell where programs are. */
export type PlaceEnvironment = Readonly<Record<string, string | undefined>>;
