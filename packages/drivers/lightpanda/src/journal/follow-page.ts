import { randomBytes } from 'node:crypto';
import type { BridgeName, InstallOptions } from '../bridge/install.js';
import { installSource } from '../generated/bridge.js';
import type { RawSession } from '../session.js';

/** What the documents of a page are given. */
export interface PageBridge {
  readonly sealKey: string;
  readonly bridges: readonly BridgeName[];
  /** Gets each group of changes as JSON. Absent: nothing is recorded. */
  readonly record?: ((text: string) => void) | undefined;
  /** Called when the page may have changed a cookie. */
  readonly onCookie?: (() => void) | undefined;
}

/** Adds the bridges to every later document of a page, and records what the documents store. */
export async function followPage(session: RawSession, page: PageBridge): Promise<void> {
  const { sealKey, bridges, record, onCookie } = page;
  if (bridges.length === 0 && record === undefined) return;
  const channel = `__wakey_${randomBytes(8).toString('hex')}`;
  if (record !== undefined) {
    session.on('Runtime.bindingCalled', ({ name, payload }: { readonly name: string; readonly payload: string }) => {
      if (name !== channel) return;
      if (payload === '') onCookie?.();
      else record(payload);
    });
    session.on('Page.frameNavigated', () => onCookie?.());
    await session.send('Runtime.addBinding', { name: channel });
  }
  const options: InstallOptions = { sealKey, bridges, ...(record === undefined ? {} : { channel }) };
  const source = `(() => { ${installSource}; wakey.install(${JSON.stringify(options)}); })()`;
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source });
}
