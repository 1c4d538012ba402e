import type { Policy } from '@wakey/core';
import type { OptionValues } from '../options/option.js';
import type { linkOptions } from '../options/table.js';

/** The policy that the options about linking make. */
export function linkPolicy(values: OptionValues<typeof linkOptions>): Partial<Policy> {
  const { maxQr, qrTimeout, maxLinkCodes, linkCodeFallback, takeover } = values;
  return { maxQr, qrTimeout, maxLinkCodes, linkCodeFallback, takeover };
}
