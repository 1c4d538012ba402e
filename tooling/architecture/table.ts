const drivers = ['@wakey/driver-puppeteer', '@wakey/driver-playwright', '@wakey/driver-lightpanda'];
const stores = ['@wakey/store-filesystem', '@wakey/store-encrypted'];

/** Which of our packages one package may import. */
export interface Rule {
  readonly may: readonly string[] | 'anything';
  /** Further packages that only its tests may import. */
  readonly tests: readonly string[];
}

/**
 * Which package may import which (DESIGN §1). A package that this table lacks fails the test: add it here first.
 * Apps and private packages may import everything; no package may import apps.
 */
export const rules: Readonly<Record<string, Rule>> = {
  '@wakey/core': { may: [], tests: [] },
  '@wakey/host': { may: ['@wakey/core'], tests: [] },
  '@wakey/bundle': { may: ['@wakey/core', '@wakey/host'], tests: ['@wakey/testkit'] },
  '@wakey/client': {
    may: ['@wakey/core', '@wakey/host', '@wakey/bundle', '@wakey/whatsapp-web'],
    // Its tests keep real profiles of one format; its code knows no format.
    tests: ['@wakey/testkit', '@wakey/chromium'],
  },
  '@wakey/whatsapp-web': { may: ['@wakey/core'], tests: [] },
  '@wakey/wire': { may: ['@wakey/core'], tests: [] },
  '@wakey/config': {
    may: ['@wakey/core', '@wakey/host', '@wakey/store-filesystem', '@wakey/store-encrypted'],
    tests: [],
  },
  '@wakey/conformance': { may: ['@wakey/core'], tests: [] },
  '@wakey/simulator': { may: [], tests: [] },
  '@wakey/browser-process': { may: ['@wakey/core', '@wakey/host'], tests: [] },
  '@wakey/chromium': { may: ['@wakey/core', '@wakey/host', '@wakey/browser-process'], tests: ['@wakey/testkit'] },
  ...each(drivers, {
    may: ['@wakey/core', '@wakey/host', '@wakey/browser-process', '@wakey/chromium'],
    tests: ['@wakey/conformance', '@wakey/testkit'],
  }),
  ...each(stores, { may: ['@wakey/core', '@wakey/host'], tests: ['@wakey/conformance', '@wakey/testkit'] }),
  '@wakey/testkit': { may: ['@wakey/core', '@wakey/host', '@wakey/browser-process'], tests: [] },
  wakey: { may: 'anything', tests: [] },
  '@wakey/server': { may: 'anything', tests: [] },
  '@wakey/dashboard': { may: 'anything', tests: [] },
  '@wakey/tooling': { may: 'anything', tests: [] },
  '@wakey/e2e': { may: 'anything', tests: [] },
  '@wakey/bench': { may: 'anything', tests: [] },
};

/** Packages that compose the others and that nobody may import. */
export const apps: readonly string[] = [
  'wakey',
  '@wakey/server',
  '@wakey/dashboard',
  '@wakey/tooling',
  '@wakey/e2e',
  '@wakey/bench',
];

/** Each browser library, with the only package that may have the library as its peer dependency. */
export const browserLibraries: Readonly<Record<string, string>> = {
  'puppeteer-core': '@wakey/driver-puppeteer',
  'playwright-core': '@wakey/driver-playwright',
  'chrome-remote-interface': '@wakey/driver-lightpanda',
};

function each(names: readonly string[], rule: Rule): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}
