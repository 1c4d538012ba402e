/** The message of whatever was thrown, however odd; at most 2,000 characters. */
export function messageOf(thrown: unknown): string {
  try {
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return message.slice(0, 2_000);
  } catch {
    // What was thrown throws itself when it is read.
    return 'something that cannot be shown';
  }
}
