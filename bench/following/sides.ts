import { join } from 'node:path';
import { startSimulator } from '@wakey/simulator';
import { makeFolder, remove } from '../profile.ts';
import { type Host, type HostChoice, linkedHost } from './hosts.ts';

/** Two stopped sessions with profiles of the same size. */
export interface Sides {
  /** The session that keeps each change. */
  readonly ours: Host;
  readonly theirs: Host;
  close(): Promise<void>;
}

/** Links two sessions, lets their pages store values of `megabytes`, and stops them. Ten messages a second flow whenever they run. */
export async function openSides(megabytes: number, other: HostChoice): Promise<Sides> {
  const simulator = await startSimulator({ speed: 20 });
  const folder = await makeFolder();
  const hosts: Host[] = [];
  const close = async (): Promise<void> => {
    for (const host of hosts) await host.close();
    await simulator.close();
    await remove(folder);
  };
  const side = async (name: string, choice: HostChoice): Promise<Host> => {
    const host = await linkedHost(simulator, join(folder, name), choice);
    hosts.push(host);
    await host.tell({ type: 'fill', megabytes });
    await host.stop();
    // The next start finds larger segments than a backup may have, and writes a new backup.
    if (megabytes > 8) {
      await host.start();
      await host.stop();
    }
    return host;
  };
  try {
    const ours = await side('ours', { keep: 'on' });
    const theirs = await side('theirs', other);
    simulator.traffic({ rate: 10 });
    return { ours, theirs, close };
  } catch (error) {
    await close();
    throw error;
  }
}
