/** Returns the message of any thrown value, at most 2,000 characters. */
export function messageOf(thrown: unknown): string {
  try {
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return message.slice(0, 2_000);
  } catch {
    // Reading the thrown value throws.
    return 'a value that cannot be printed';
  }
}
