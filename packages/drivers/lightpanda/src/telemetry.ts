const NAME = 'LIGHTPANDA_DISABLE_TELEMETRY';

/**
 * Returns the environment of Lightpanda's process. Its reports to its makers, about its use and its crashes, are off unless
 * `env` sets LIGHTPANDA_DISABLE_TELEMETRY to `0`, `false` or nothing. The binary counts any value as "off", also `false`,
 * so the variable is left out then.
 */
export function withTelemetry(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { [NAME]: given = 'true', ...others } = env;
  return /^(0|false|no|off)?$/i.test(given) ? others : { ...others, [NAME]: given };
}
