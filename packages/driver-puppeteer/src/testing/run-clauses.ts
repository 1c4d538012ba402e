import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserHandle } from '@wakey/core';
import { afterAll, beforeAll, it } from 'vitest';
import type { Clause, OpenSubject, Subject } from './clause.js';
import { openSite, type Site } from './site.js';

/** What a suite must know of a driver to run clauses on it. */
export type DriverMaker = Pick<Subject, 'driver' | 'executable'>;

/** Runs clauses with Vitest, each on a directory of its own. */
export function runClauses(maker: DriverMaker, clauses: readonly Clause[], timeout = 30_000): void {
  const site = useSite();
  for (const clause of clauses) {
    it(clause.name, { timeout }, () => inFolder((folder) => clause.check({ ...maker, site: site(), folder })));
  }
}

/** Runs clauses with Vitest on one browser that they share, until one spoils it. */
export function runPageClauses(maker: DriverMaker, clauses: readonly Clause<OpenSubject>[]): void {
  const site = useSite();
  const shared = useSharedBrowser(maker);
  for (const clause of clauses) {
    it(clause.name, { timeout: 30_000 }, () =>
      inFolder(async (folder) => {
        const browser = await shared.open();
        try {
          await clause.check({ ...maker, site: site(), folder, browser });
        } finally {
          if (clause.spoils === true) await shared.close();
        }
      }),
    );
  }
}

function useSharedBrowser(maker: DriverMaker) {
  let browser: BrowserHandle | undefined;
  const close = async () => {
    await browser?.close();
    browser = undefined;
  };
  afterAll(close);
  return {
    async open() {
      browser ??= await maker.driver().launch({});
      await browser.page.goto('about:blank');
      return browser;
    },
    close,
  };
}

function useSite(): () => Site {
  let site: Site | undefined;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.close());
  return () => {
    if (site === undefined) throw new Error('the site is not open yet');
    return site;
  };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wakey-clause-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
