import type { Freshness } from '@wakey/core';
import { shortDuration } from './short-duration.js';

/** Says how old a profile is, and what it is known to lack. */
export function ageText({ age, missing }: Freshness): string {
  const lack = missing === null || missing === 0 ? '' : `, and lacks ${missing} changes of the page`;
  return `${shortDuration(age)} old${lack}`;
}

/**
 * What a session on an older profile may cost, for a user. The facts were measured on the libraries of WhatsApp's protocol:
 * see docs/guides/keeping-a-session.md. `resume` is the command that resumes the session.
 */
export function costTexts(resume: string): readonly string[] {
  return [
    'this profile is older than the last one: contacts may reject what it sends, and it may be unable to read them',
    `if messages do not arrive, link the device again: ${resume.replace(/^(.*\bwakey) start\b/, '$1 relink')}`,
  ];
}
