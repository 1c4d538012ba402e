import type { DriverUnderTest } from '@wakey/conformance';
import { isAtLeast } from '../src/binary-version.js';

/** How the pages of a version differ from Chromium's, with the reasons that the clauses ask for. */
export function differencesOf(version: string): Partial<DriverUnderTest> {
  return {
    commitsAtEnd: 'Lightpanda reads the whole body before it commits, and the old document stays until then.',
    noPictures: 'Lightpanda loads pictures only after `LP.configureLoading`, and WhatsApp Web needs none.',
    ...(isAtLeast(version, '1.0.1')
      ? {}
      : {
          silentTimers:
            'Lightpanda up to 1.0.0 loses an exception in a timer: no event tells it, also not in the page.',
        }),
    ...(isAtLeast(version, '1.0.0')
      ? {}
      : { addsSameSite: 'Lightpanda 0.4 stores a cookie without `sameSite` as one with "None".' }),
  };
}
