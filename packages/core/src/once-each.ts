/**
 * A listener that passes each message on once, for stores and drivers that meet the same trouble at each call, such as a
 * damaged file. It remembers a thousand messages.
 */
export function onceEach<Warning extends { readonly message: string }>(
  warn: (warning: Warning) => void,
): (warning: Warning) => void {
  const told = new Set<string>();
  return (warning) => {
    if (told.has(warning.message)) return;
    if (told.size >= REMEMBERED) told.clear();
    told.add(warning.message);
    warn(warning);
  };
}

const REMEMBERED = 1_000;
