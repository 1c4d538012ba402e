import type { Effect } from '@wakey/core';
import { closeBrowser } from './close-browser.js';
import { commandPage } from './command-page.js';
import type { EffectContext } from './context.js';
import { erase, markLinked, markLost } from './credentials.js';
import { launchBrowser } from './launch-browser.js';
import { openPage } from './open-page.js';
import { openWorkspace } from './open-workspace.js';
import { readPage } from './read-page.js';
import { release } from './release.js';
import { restore } from './restore.js';
import { save } from './save.js';
import { watchPlace } from './watch-place.js';

/** An effect outside the machine. The runtime itself performs timers and notices. */
export type WorldEffect = Exclude<Effect, { readonly type: 'arm' | 'disarm' | 'notify' }>;

/** Starts an effect. Its result comes back as an event through `context.send`. */
export function perform(effect: WorldEffect, context: EffectContext): void {
  const start = table[effect.type] as (context: EffectContext, effect: WorldEffect) => void;
  start(context, effect);
}

const table: {
  readonly [T in WorldEffect['type']]: (context: EffectContext, effect: Extract<WorldEffect, { type: T }>) => void;
} = {
  'open-workspace': openWorkspace,
  'launch-browser': launchBrowser,
  'open-page': openPage,
  'read-page': (context) => {
    readPage(context);
    watchPlace(context);
  },
  'command-page': (context, { command }) => commandPage(context, command),
  'close-browser': closeBrowser,
  'mark-linked': markLinked,
  'mark-lost': markLost,
  save,
  restore,
  erase,
  release,
};
