import type { BackendContext } from './context.ts';
import type { Stream } from './streams.ts';

/** The dialog after which the service unlinks a device that does not answer it. */
export interface Dialogs {
  /** Shows the dialog to a device that is online and has not acknowledged it. */
  show(stream: Stream): void;
  acknowledge(stream: Stream): void;
  /** Forgets which devices have acknowledged the dialog, so that the next dialog is shown to all. */
  renew(): void;
}

const patienceMs = 300_000;

/** See {@link Dialogs}. Calls `unlink` for a device that did not answer in time. */
export function createDialogs(context: BackendContext, unlink: (device: string) => void): Dialogs {
  const { clock, journal } = context;
  const acknowledged = new Set<string>();
  const running = new Map<string, () => void>();
  let edition = 0;

  return {
    show(stream) {
      const device = stream.device?.id;
      if (device === undefined || acknowledged.has(device)) return;
      journal.write('dialog-shown', { device });
      stream.send({ type: 'dialog', dialog: `whats-new-${edition}` });
      if (running.has(device)) return;
      const cancel = clock.after(patienceMs, () => {
        running.delete(device);
        journal.write('dialog-ignored', { device });
        unlink(device);
      });
      running.set(device, cancel);
    },
    acknowledge(stream) {
      const device = stream.device?.id;
      if (device === undefined) return;
      running.get(device)?.();
      running.delete(device);
      acknowledged.add(device);
      journal.write('dialog-acknowledged', { device });
    },
    renew() {
      edition += 1;
      acknowledged.clear();
      for (const cancel of running.values()) cancel();
      running.clear();
    },
  };
}
