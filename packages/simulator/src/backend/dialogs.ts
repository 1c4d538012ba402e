import type { BackendContext } from './context.ts';
import type { Stream } from './streams.ts';

/** The dialog that costs the link when nobody answers it. */
export interface Dialogs {
  /** Shows it to a device that is online and has not acknowledged it. */
  show(stream: Stream): void;
  acknowledge(stream: Stream): void;
  /** Forgets who has acknowledged it, so that the next one is shown to all. */
  renew(): void;
}

const patienceMs = 300_000;

/** See {@link Dialogs}. `unlink` is called for a device that let the time run out. */
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
