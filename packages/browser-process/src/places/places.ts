/** Where browsers are installed on one operating system, preferred places first. */
export interface BrowserPlaces {
  /** Headless shells, which need half the memory of a whole browser. */
  readonly shells: readonly string[];
  readonly browsers: readonly string[];
  /** Names to search for in PATH, after the places. */
  readonly shellNames: readonly string[];
  readonly browserNames: readonly string[];
  /** Start scripts of packagers, and the binary that each certainly starts. */
  readonly wrappers: Readonly<Record<string, string>>;
}

/** The environment variables that name the folders of programs. */
export type PlaceEnvironment = Readonly<Record<string, string | undefined>>;
