/** A parsed QR code. */
export interface QrText {
  /** The text as the page writes it, with prefix and suffix. */
  readonly text: string;
  /** The pairing ref. */
  readonly ref: string;
  /** The five fields without prefix and suffix: they are equal in all texts of the same code. */
  readonly fields: string;
}

/** Parses `ref,noise key,identity key,ADV secret,platform`, with or without the prefix and suffix that a build adds. */
export function parseQr(text: string | null): QrText | undefined {
  if (text === null) return undefined;
  const body = text.startsWith('https://') ? text.slice(text.indexOf('#') + 1) : text;
  const [ref, noise, identity, secret, platform] = body.split(',');
  if (!ref || !isKey(noise) || !isKey(identity) || !isKey(secret) || !platform) return undefined;
  return { text, ref, fields: [ref, noise, identity, secret, platform].join() };
}

/** Whether a field is 32 bytes in base64. */
function isKey(field: string | undefined): boolean {
  return field !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(field);
}
