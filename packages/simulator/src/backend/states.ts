import type { Troubles } from '../troubles.ts';
import type { BackendContext } from './context.ts';

/** Numbers the state of each device at each login, so that an older state, as a restored backup has it, can be told. */
export interface DeviceStates {
  /** What is done with a device that presents the state of this number. */
  judge(device: string, presented: number): 'accepted' | Troubles['stateRefusal'];
  /** The number of the state from this login on. */
  next(device: string): number;
  /** Takes note of the newest states, where the trouble that refuses them has been switched on. */
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
