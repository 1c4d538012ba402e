import { randomBytes } from 'node:crypto';
import type { BridgeName, InstallOptions } from '../bridge/install.js';
import { UNRECORDED } from '../bridge/operations.js';
import { installSource } from '../generated/bridge.js';
import type { RawSession } from '../session.js';
import { openAcknowledgements } from './acknowledgements.js';
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
  const acknowledge = `__wakey_${randomBytes(8).toString('hex')}`;
  if (writer !== undefined) {
    const { tell } = openAcknowledgements(session, acknowledge, writer.fail);
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }: Called) => {
      if (name !== channel) return;
      if (payload === '') onCookie?.();
      else if (payload.startsWith('{')) writer.append(payload);
      else if (payload.startsWith(UNRECORDED)) writer.fail(unrecorded(payload.slice(UNRECORDED.length)));
      else {
        const [document = '', number = ''] = payload.slice(0, LONGEST).split(' ');
        const line = payload.slice(document.length + number.length + 2);
        writer.append(line, () => tell(executionContextId, { document, number }));
      }
    });
    session.on('Page.frameNavigated', () => onCookie?.());
    await session.send('Runtime.addBinding', { name: channel });
  }
  const options: InstallOptions = { sealKey, bridges, acknowledge, ...(writer === undefined ? {} : { channel }) };
  // The workers of a document begin with the same scripts, as text.
  const source = `(() => {
    const scripts = () => { ${installSource}; return wakey; };
    scripts().install(${JSON.stringify(options)}, String(scripts));
  })()`;
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source });
}

interface Called {
  readonly name: string;
  readonly payload: string;
  readonly executionContextId: number;
}

/** More than the letters of a document's name and a number. */
const LONGEST = 64;

function unrecorded(why: string): Error {
  return new Error(`a page stored something that cannot be recorded (${why})`);
}
