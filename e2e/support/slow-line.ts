import { createSession, type Session } from '@wakey/client';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import { startSimulator, type Troubles } from '@wakey/simulator';
import { filesystemStore } from '@wakey/store-filesystem';
import { type WhatsappWebOptions, whatsappWeb } from '@wakey/whatsapp-web';
import { chromiumPath } from './chromium.ts';
import { makeFolder } from './folder.ts';

/** What happened at two starts on a slow line. */
export interface SlowStarts {
  /** The time from the first start to the first code and to ready, and from the second start to ready, in ms. */
  readonly took: { readonly code: number; readonly ready: number; readonly again: number };
  /** The parts that the page lacked while it was loading, in the order of its reports. */
  readonly progress: readonly string[];
  readonly trail: readonly string[];
  /** The number of codes at the second start. */
  readonly codesAgain: number;
}

/** Links a session with the default policy on a slow line, and starts it again. */
export async function startSlowly(troubles: Partial<Troubles>, page: WhatsappWebOptions = {}): Promise<SlowStarts> {
  const simulator = await startSimulator({ troubles });
  const folder = await makeFolder();
  const session = createSession({
    id: 'main',
    driver: puppeteerDriver({ executable: chromiumPath('headless-shell') }),
    page: whatsappWeb({ url: simulator.url, ...page }),
    sessionsDir: folder.path,
    store: filesystemStore({ directory: folder.path }),
  });
  const progress: string[] = [];
  const trail: string[] = [];
  let codeAt = 0;
  let codes = 0;
  session.on('state', (state) => {
    if (trail.at(-1) !== state.name) trail.push(state.name);
    const missing = state.name === 'loading' ? state.missing.join() : '';
    if (missing !== '' && progress.at(-1) !== missing) progress.push(missing);
  });
  session.on('qr', ({ qr }) => {
    codeAt ||= performance.now();
    codes += 1;
    void simulator.phone.scan(qr.reveal());
  });
  try {
    const began = performance.now();
    const ready = await timeToReady(session);
    await session.stop();
    codes = 0;
    const again = await timeToReady(session);
    return { took: { code: codeAt - began, ready, again }, progress, trail, codesAgain: codes };
  } finally {
    await session.stop();
    await simulator.close();
    await folder.remove();
  }
}

async function timeToReady(session: Session): Promise<number> {
  const began = performance.now();
  await session.start();
  await session.ready();
  return performance.now() - began;
}
