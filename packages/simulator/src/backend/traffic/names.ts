/** The group in which the traffic flows. */
export const group = '120363000000000001@g.us';

/** The peers that write with the linked device, and the other members of the group. */
export const peers = ['447700900101@c.us', '447700900102@c.us', '447700900103@c.us'] as const;

/** Returns the id of an account's phone, which is one more device that writes with the linked one. */
export function phoneOf(account: string): string {
  return `${account}:0@c.us`;
}
