import { openProbeSite } from '../probe-site.ts';
import { openRawPage, startRaw } from '../raw-client.ts';
import { flags, traps } from './traps.ts';

/** What a Lightpanda does in each trap, by the trap's name. */
export async function trapsOf(executable: string): Promise<Readonly<Record<string, unknown>>> {
  const raw = await startRaw(executable, flags);
  const site = await openProbeSite();
  const page = await openRawPage(raw.address);
  const seen: Record<string, unknown> = {};
  try {
    await page.send('Page.enable');
    for (const trap of traps) {
      await page.send('Page.navigate', { url: `${site.url}/page` });
      seen[trap.name] = await trap.seen(page, site);
    }
    return seen;
  } finally {
    await page.close();
    site.close();
    await raw.end();
  }
}
