/** An id of the page: a user, one of its devices, or a group. */
export interface Wid {
  readonly user: string;
  readonly server: string;
  readonly device?: number;
  readonly _serialized: string;
  toString(): string;
  toJSON(): string;
  isUser(): boolean;
  isLid(): boolean;
  isGroup(): boolean;
  equals(other: unknown): boolean;
}

/** Parses `<user>[:<device>]@<server>`. Throws if the text is not an id. */
export function makeWid(text: string): Wid {
  const [, user, device, server] = /^([^@:]+)(?::(\d+))?@([a-z.]+)$/.exec(text) ?? [];
  if (user === undefined || server === undefined) throw new Error(`wid error: invalid wid "${text}"`);
  const wid = {
    user,
    server: server === 's.whatsapp.net' ? 'c.us' : server,
    ...(device === undefined ? {} : { device: Number(device) }),
    _serialized: text,
  };
  const methods = {
    toString: () => text,
    toJSON: () => text,
    isUser: () => wid.server === 'c.us' || wid.server === 'lid',
    isLid: () => wid.server === 'lid',
    isGroup: () => wid.server === 'g.us',
    equals: (other: unknown) => String(other) === text,
  };
  // Methods are not enumerable, so that a client can clone a wid out of the page as data.
  for (const [key, value] of Object.entries(methods)) Object.defineProperty(wid, key, { value });
  return wid as unknown as Wid;
}
