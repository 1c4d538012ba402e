import { messageOf } from './message-of.js';
import { toJsonText } from './to-json.js';

/**
 * Runs a script and returns its outcome as one string: `u` for undefined, `j` and the JSON of the result, `n` and the
 * reason why the result is not JSON, or `e` and the message of the error.
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
