import type { Message } from './upstream.ts';

/**
 * The ways in which Lightpanda fails: the process dies (also from a page that would only crash a tab of Chromium), a
 * watchdog closes the connection, Lightpanda answers nothing any more, or (blocked) nothing until its page is closed, as
 * while it loads a script from a silent server.
 */
export type Fault = 'segfault' | 'watchdog' | 'stall' | 'blocked';

/** The fault that a test asks for, by the address of a navigation. */
export function faultOf({ method, params }: Message): Fault | undefined {
  return method === 'Page.navigate' ? FAULTS[String(params?.url)] : undefined;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'chrome://crash': 'segfault',
  'stand-in:segfault': 'segfault',
  'stand-in:watchdog': 'watchdog',
  'stand-in:stall': 'stall',
  'stand-in:blocked': 'blocked',
};
