import type { Troubles } from '../troubles.ts';
import type { BackendContext } from './context.ts';

/**
 * Numbers the state of each device at each login, so that the service recognizes an older state, such as that of a
 * restored backup.
 */
export interface DeviceStates {
  /** Returns how the service treats a device that presents the state of this number. */
  judge(device: string, presented: number): 'accepted' | Troubles['stateRefusal'];
  /** Returns the number of the device's state from this login on. */
  next(device: string): number;
  /** Records the newest states when the trouble that refuses them is switched on. */
  troublesChanged(before: Troubles, after: Troubles): void;
}

/** See {@link DeviceStates}. */
export function createDeviceStates({ troubles }: Pick<BackendContext, 'troubles'>): DeviceStates {
  const newest = new Map<string, number>();
  let refused: ReadonlyMap<string, number> = new Map();

  return {
    judge(device, presented) {
      const { refusedStates, stateRefusal } = troubles();
      const isOlder = presented < (newest.get(device) ?? 0);
      const isRefused =
        refusedStates === 'older' ? isOlder : refusedStates === 'newest' && refused.get(device) === presented;
      return isRefused ? stateRefusal : 'accepted';
    },
    next(device) {
      const number = (newest.get(device) ?? 0) + 1;
      newest.set(device, number);
      return number;
    },
    troublesChanged(before, after) {
      const isOn = after.refusedStates === 'newest' && before.refusedStates !== 'newest';
      if (isOn) refused = new Map(newest);
    },
  };
}
