import type { Policy } from '@wakey/core';
import type { OptionValues } from './option.js';
import type { linkOptions } from './table.js';

/** The policy of a session that can link a device, from its options. */
export function linkPolicy(values: OptionValues<typeof linkOptions>): Partial<Policy> {
  const { maxQr, qrTimeout, maxLinkCodes, linkCodeFallback, takeover, giveUpAfter, renewAt } = values;
  const renewal = renewAt === undefined ? {} : { renewAt };
  return { maxQr, qrTimeout, maxLinkCodes, linkCodeFallback, takeover, giveUpAfter, ...renewal };
}
