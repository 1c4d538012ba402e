import type { BinaryVersion } from '@wakey/browser-process';
import { type BrowserHandle, type BrowserOptions, WakeyError } from '@wakey/core';
import { disguiseWorkers } from './disguise-workers.js';
import type { Fate } from './fate.js';
import type { ChromiumConnection, LibraryPage } from './library.js';
import { openPageHandle } from './page/page-handle.js';
import { authenticateProxy } from './proxy.js';
import { typedSession } from './session.js';
import type { SharedPipe } from './shared-pipe.js';
import { disguise, parseVersion } from './user-agent.js';

/** The error of everything that is called on a browser that is gone. */
export function browserLost(how: string, detail?: string): WakeyError {
  return new WakeyError('browser-lost', {
    what: `The browser is gone: ${how}.${detail === undefined ? '' : ` The end of its stderr: ${detail}`}`,
    todo: 'Start it again on the same profile.',
  });
}

/** What every handle has, whoever runs the browser. */
export async function openHandle<Native>(
  connection: Pick<ChromiumConnection<Native>, 'root'>,
  page: LibraryPage<Native>,
  fate: Fate,
  options: BrowserOptions,
  launched: { readonly binary?: BinaryVersion | undefined; readonly pipe?: SharedPipe } = {},
): Promise<Pick<BrowserHandle<Native>, 'page' | 'version'>> {
  const self = parseVersion(await typedSession(connection.root).send('Browser.getVersion'));
  const session = typedSession(page.session);
  const shown = disguise(self, options, launched.binary);
  if (shown !== undefined) await session.send('Emulation.setUserAgentOverride', shown);
  if (shown !== undefined && launched.pipe !== undefined) await disguiseWorkers(launched.pipe, shown);
  await authenticateProxy(session, options.proxy);
  const { native, onClosed } = page;
  const handle = await openPageHandle({ native, onClosed, session }, fate);
  return { page: handle, version: { product: self.product, version: self.version } };
}
