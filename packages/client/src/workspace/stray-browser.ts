import type { Disk } from '@wakey/host';
import type { BrowserProcess, SessionRecord } from './record.js';

/** Returns the browser process that the record names, if it is alive on this host. */
export async function strayBrowser(
  disk: Disk,
  record: SessionRecord,
  host: string,
): Promise<BrowserProcess | undefined> {
  const named = record.browserProcess;
  if (named === undefined || named.host !== host) return undefined;
  const alive = await disk.platform.process(named.pid);
  if (alive === undefined) return undefined;
  // Without a start time to compare, the command line must contain the marker.
  if (named.startTime !== undefined && alive.startTime !== undefined) {
    return named.startTime === alive.startTime ? named : undefined;
  }
  return named.marker !== undefined && alive.command?.includes(named.marker) === true ? named : undefined;
}
