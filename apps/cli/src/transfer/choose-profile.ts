import type { ForeignChromium } from '@wakey/chromium';
import { UsageError } from '@wakey/config';

/** The searched directory, and the wanted profile. */
export interface ProfileChoice {
  readonly path: string;
  /** The name of the profile, or a part of its path. @default the only profile with WhatsApp Web in it */
  readonly wanted: string | undefined;
}

/** Returns the wanted profile. Throws a UsageError that names the profiles that exist. */
export function chooseProfile(found: readonly ForeignChromium[], { path, wanted }: ProfileChoice): ForeignChromium {
  if (found.length === 0) {
    throw new UsageError(`There is no browser profile with data of a site in ${path}, so there is no login.`);
  }
  if (wanted !== undefined)
    return only(
      found.filter((one) => isCalled(one, wanted)),
      found,
      `called "${wanted}"`,
    );
  const ofWhatsApp = found.filter(({ hasWhatsApp }) => hasWhatsApp);
  // WhatsApp Web at another address, such as a simulator's, looks like any other site.
  return only(ofWhatsApp.length > 0 ? ofWhatsApp : found, found, 'there');
}

function only(some: readonly ForeignChromium[], found: readonly ForeignChromium[], what: string): ForeignChromium {
  const [first, second] = some;
  if (first !== undefined && second === undefined) return first;
  const names = found.map(({ name, hasWhatsApp }) => `${name}${hasWhatsApp ? ' (has WhatsApp Web)' : ''}`);
  throw new UsageError(
    `${first === undefined ? 'No profile is' : 'Several profiles are'} ${what}. Name one with --profile: ${names.join(', ')}`,
  );
}

function isCalled({ name, profile }: ForeignChromium, wanted: string): boolean {
  return name === wanted || profile === wanted || name.split(/[\\/]/).includes(wanted);
}
