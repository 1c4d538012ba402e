import { messageOf } from './message-of.js';
import { toJsonText } from './to-json.js';

/**
 * Runs a script and tells what came of it in one string: `u` undefined, `j` JSON follows, `n` the reason why it is not
 * JSON follows, `e` the message of what it threw follows.
 */
export async function run(script: () => unknown): Promise<string> {
  let value: unknown;
  try {
    value = await script();
  } catch (thrown) {
    return `e${messageOf(thrown)}`;
  }
  if (value === undefined) return 'u';
  try {
    return `j${toJsonText(value)}`;
  } catch (refusal) {
    return `n${messageOf(refusal)}`;
  }
}
