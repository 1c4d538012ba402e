/** An option or an argument is wrong. The message names it, and says why and what would be right. Command lines end with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
