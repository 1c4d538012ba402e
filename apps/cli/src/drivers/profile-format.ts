import { chromiumProfile } from '@wakey/chromium';
import { loadDriver } from '@wakey/config';
import type { ProfileFormat } from '@wakey/core';
import { own } from '../own.js';

/**
 * The format of the profiles that this driver's browser keeps; Chromium's, if its browser keeps none. Throws a UsageError if
 * the driver cannot be loaded.
 */
export async function profileFormatOf(driver: string, cwd: string): Promise<ProfileFormat> {
  // Without loading a browser library, which export and import do not need.
  if (ofChromium.includes(driver)) return chromiumProfile;
  return (await loadDriver(driver, {}, { cwd, own })).profileFormat ?? chromiumProfile;
}

const ofChromium: readonly string[] = ['puppeteer', 'playwright'];
