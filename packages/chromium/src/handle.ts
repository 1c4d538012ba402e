import type { BinaryVersion } from '@wakey/browser-process';
import type { BrowserHandle, BrowserOptions } from '@wakey/core';
import type { Calls } from '@wakey/host';
import { disguiseWorkers } from './disguise-workers.js';
import type { ChromiumConnection, LibraryPage } from './library.js';
import { openPageHandle } from './page/page-handle.js';
import { authenticateProxy } from './proxy.js';
import { typedSession } from './session.js';
import type { SharedPipe } from './shared-pipe.js';
import { disguise, parseVersion } from './user-agent.js';

/** Creates the parts of a handle that launched and attached browsers share. */
export async function openHandle<Native>(
  connection: Pick<ChromiumConnection<Native>, 'root'>,
  page: LibraryPage<Native>,
  calls: Calls,
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
  const handle = await openPageHandle({ native, onClosed, session }, calls);
  return { page: handle, version: { product: self.product, version: self.version } };
}
