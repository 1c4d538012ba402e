/**
 * Returns a listener that passes each message on once, for stores and drivers that meet the same fault at each call, such as a
 * damaged file. The listener remembers a thousand messages.
 */
export function onceEach<Warning extends { readonly message: string }>(
  warn: (warning: Warning) => void,
): (warning: Warning) => void {
  const passed = new Set<string>();
  return (warning) => {
    if (passed.has(warning.message)) return;
    if (passed.size >= REMEMBERED) passed.clear();
    passed.add(warning.message);
    warn(warning);
  };
}

const REMEMBERED = 1_000;
