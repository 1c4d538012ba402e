import { hasNoiseInfo } from './noise-info.ts';

/** Whether this browser stores the login of a device. */
export function isRegistered(): boolean {
  return hasNoiseInfo() && localStorage.getItem('last-wid-md') !== null;
}
