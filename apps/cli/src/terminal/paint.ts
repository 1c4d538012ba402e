import { styleText } from 'node:util';
import type { Environment } from '@wakey/config';
import type { Out } from './screen.js';

/** Adds colours to text, if they are on. */
export interface Paint {
  readonly isOn: boolean;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warm(text: string): string;
}

/** Colours for `out`: on if it is a terminal with colours, unless NO_COLOR is set; always on with FORCE_COLOR. */
export function paintFor(out: Out, env: Environment): Paint {
  const isOn = wantsColours(out, env);
  const with_ = (style: Parameters<typeof styleText>[0]) => (text: string) =>
    isOn ? styleText(style, text, { validateStream: false }) : text;
  return {
    isOn,
    bold: with_('bold'),
    dim: with_('dim'),
    good: with_('green'),
    bad: with_('red'),
    warm: with_('yellow'),
  };
}

function wantsColours(out: Out, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return out.isTTY === true && env.TERM !== 'dumb';
}
