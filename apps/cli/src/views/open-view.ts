import type { Shell } from '../shell.js';
import { paintFor } from '../terminal/paint.js';
import { humanView } from './human-view.js';
import { jsonView } from './json-view.js';
import { plainView } from './plain-view.js';
import type { View } from './view.js';

/** How a command prints its session. */
export interface OpenViewOptions {
  readonly session: string;
  /** The command that resumes the session. */
  readonly resume: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** The view that the options ask for. */
export function openView({ out, err, env }: Shell, { session, resume, json, verbose }: OpenViewOptions): View {
  const now = Date.now;
  if (json) return jsonView({ out, err, session, now, isVerbose: verbose });
  return plainView(humanView({ out, err, paint: paintFor(out, env), now, every, isVerbose: verbose, resume }));
}

function every(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  timer.unref();
  return () => clearInterval(timer);
}
