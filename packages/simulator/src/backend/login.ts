import { type Device, meOf } from './accounts.ts';
import type { BackendContext } from './context.ts';
import { restrictionsOf } from './restrictions.ts';
import type { Stream } from './streams.ts';

/** Logs linked devices in and sends them their sync. */
export interface Login {
  /**
   * Logs a device in. `isFed`: whether the service sends the device its sync. `state`: the number of the device's state
   * from now on.
   */
  admit(stream: Stream, device: Device, state: number, isFed: boolean): void;
}

/** See {@link Login}. Calls `synced` each time a device has finished its sync. */
export function createLogin(context: BackendContext, synced: (stream: Stream, device: Device) => void): Login {
  const { clock, journal, accounts, troubles } = context;
  const known = new Set<string>();
  const steps = 10;

  function admit(stream: Stream, device: Device, state: number, isFed: boolean): void {
    const account = accounts.find(device.account);
    if (account === undefined) throw new Error(`Device ${device.id} belongs to no account.`);
    journal.write('device-online', { stream: stream.id, device: device.id, state });
    stream.send({ type: 'success', me: meOf(account, device.id), state });
    stream.send({ type: 'restrictions', restrictions: restrictionsOf(troubles(), Date.now()) });
    if (isFed) feed(stream, device, 0);
  }

  function feed(stream: Stream, device: Device, step: number): void {
    if (!stream.isOpen()) return;
    const { syncMs, syncStuckAt, phoneOffline, messageStoreMb } = troubles();
    const isFirst = !known.has(device.id);
    const percent = (100 * step) / steps;
    const limit = isFirst && phoneOffline ? 0 : syncStuckAt;
    if (percent > limit) {
      clock.after(500, () => feed(stream, device, step));
      return;
    }
    const done = step === steps;
    const messages = isFirst && step === 1 ? messageStoreMb : 0;
    stream.send({ type: 'sync', percent, done, messages });
    if (done) {
      known.add(device.id);
      journal.write('device-synced', { device: device.id });
      synced(stream, device);
    } else {
      clock.after(syncMs / steps, () => feed(stream, device, step + 1));
    }
  }

  return { admit };
}
