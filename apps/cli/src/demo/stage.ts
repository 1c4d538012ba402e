import type { Shell } from '../shell.js';
import { type Paint, paintFor } from '../terminal/paint.js';
import { openScreen, type Screen } from '../terminal/screen.js';

/** The terminal of a demo. */
export interface Stage {
  readonly screen: Screen;
  readonly paint: Paint;
  /** All characters that the demo has written so far. */
  written(): string;
}

/** A stage on the standard output. */
export function openStage({ out, env }: Shell): Stage {
  let written = '';
  const screen = openScreen({
    isTTY: out.isTTY === true,
    columns: out.columns ?? 80,
    rows: out.rows ?? 24,
    write(text) {
      written += text;
      return out.write(text);
    },
  });
  return { screen, paint: paintFor(out, env), written: () => written };
}
