/** What was typed is wrong: the option or argument, why, and an example that is right. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
