/** A code that can be scanned. */
export interface QrText {
  /** As the page writes it, prefix and suffix included. */
  readonly text: string;
  /** The pairing ref. */
  readonly ref: string;
  /** The five fields alone: two texts of the same code have the same. */
  readonly fields: string;
}

/** Reads `ref,noise key,identity key,ADV secret,platform`, with or without what a build writes around it. */
export function parseQr(text: string | null): QrText | undefined {
  if (text === null) return undefined;
  const body = text.startsWith('https://') ? text.slice(text.indexOf('#') + 1) : text;
  const [ref, noise, identity, secret, platform] = body.split(',');
  if (!ref || !isKey(noise) || !isKey(identity) || !isKey(secret) || !platform) return undefined;
  return { text, ref, fields: [ref, noise, identity, secret, platform].join() };
}

/** 32 bytes in base64. */
function isKey(field: string | undefined): boolean {
  return field !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(field);
}
