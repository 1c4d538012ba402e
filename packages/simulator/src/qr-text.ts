/** The fields of a QR code of WhatsApp Web. Binary fields are base64. */
export interface QrFields {
  readonly ref: string;
  readonly noiseKey: string;
  readonly identityKey: string;
  readonly advSecret: string;
  /** Kind of companion: 1 is Chrome. */
  readonly platform: string;
}

const prefix = 'https://wa.me/settings/linked_devices#';
const suffix = ',https://faq.whatsapp.com/r/ld';

/** Writes the QR text in one of the three forms that pages use. */
export function formatQr(fields: QrFields, form: 'plain' | 'prefix' | 'suffix' = 'plain'): string {
  const text = [fields.ref, fields.noiseKey, fields.identityKey, fields.advSecret, fields.platform].join(',');
  if (form === 'prefix') return prefix + text;
  return form === 'suffix' ? text + suffix : text;
}

/**
 * Parses a QR text as current phones do: five fields, with or without prefix or suffix. Returns what is wrong if the
 * text is not valid.
 */
export function parseQr(text: string): QrFields | { readonly wrong: string } {
  const bare = withoutSuffix(text.startsWith(prefix) ? text.slice(prefix.length) : text);
  const [ref, noiseKey, identityKey, advSecret, platform, ...rest] = bare.split(',');
  if (ref === undefined || noiseKey === undefined || identityKey === undefined || advSecret === undefined) {
    return { wrong: 'The text is not a WhatsApp Web code.' };
  }
  if (platform === undefined)
    return { wrong: 'The code has four fields; current phones require a fifth, the platform.' };
  if (rest.length > 0) return { wrong: `The code has ${5 + rest.length} fields instead of five.` };
  if (ref === '' || ref === 'undefined') return { wrong: 'The first field of the code, the ref, is empty.' };
  for (const [name, value] of Object.entries({ noiseKey, identityKey, advSecret })) {
    if (!isKey(value)) return { wrong: `The field ${name} of the code is not 32 bytes of base64.` };
  }
  if (!/^\d{1,2}$/.test(platform)) return { wrong: 'The fifth field of the code is not a platform number.' };
  return { ref, noiseKey, identityKey, advSecret, platform };
}

function withoutSuffix(text: string): string {
  return text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function isKey(value: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(value);
}
