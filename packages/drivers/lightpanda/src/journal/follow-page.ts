import { randomBytes } from 'node:crypto';
import type { BridgeName, InstallOptions } from '../bridge/install.js';
import { UNRECORDED } from '../bridge/operations.js';
import { installSource } from '../generated/bridge.js';
import type { RawSession } from '../session.js';
import type { Writer } from './writer.js';

/** What the driver gives to the documents of a page. */
export interface PageBridge {
  /** 32 bytes as base64. */
  readonly sealKey: string;
  readonly bridges: readonly BridgeName[];
  /** Writes the changes of the page to the journal. Absent: the page has no journal. */
  readonly writer?: Pick<Writer, 'append' | 'fail'> | undefined;
  /** The driver calls it when the page may have changed a cookie. */
  readonly onCookie?: (() => void) | undefined;
}

/** Adds the bridges to every later document of a page, and records what the documents store. */
export async function followPage(session: RawSession, page: PageBridge): Promise<void> {
  const { sealKey, bridges, writer, onCookie } = page;
  if (bridges.length === 0 && writer === undefined) return;
  const channel = `__wakey_${randomBytes(8).toString('hex')}`;
  if (writer !== undefined) {
    session.on('Runtime.bindingCalled', ({ name, payload }: { readonly name: string; readonly payload: string }) => {
      if (name !== channel) return;
      if (payload === '') onCookie?.();
      else if (payload.startsWith(UNRECORDED)) writer.fail(unrecorded(payload.slice(UNRECORDED.length)));
      else writer.append(payload);
    });
    session.on('Page.frameNavigated', () => onCookie?.());
    await session.send('Runtime.addBinding', { name: channel });
  }
  const options: InstallOptions = { sealKey, bridges, ...(writer === undefined ? {} : { channel }) };
  const source = `(() => { ${installSource}; wakey.install(${JSON.stringify(options)}); })()`;
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source });
}

function unrecorded(why: string): Error {
  return new Error(`a page stored something that cannot be recorded (${why})`);
}
