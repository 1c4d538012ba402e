/** A time of the wire, from ms since 1970. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
