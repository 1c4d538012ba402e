import { flag, oneOf, type Trouble, whole } from './trouble-rows.ts';

/** Troubles of the network between page and service. */
export interface NetworkTroubles {
  readonly latency: number;
  readonly outage: 'none' | 'socket' | 'all';
  readonly portal: 'none' | 'redirect' | 'page';
  readonly browserGate: boolean;
  readonly scripts: 'arrive' | 'blocked' | 'stalled';
  readonly modulesLateMs: number;
  readonly weight: number;
  readonly lineRate: number;
  readonly lineStallMs: number;
}

/** The rows of {@link NetworkTroubles}. */
export const networkTroubles: { readonly [N in keyof NetworkTroubles]: Trouble<NetworkTroubles[N]> } = {
  latency: whole(0, 600_000, 0, 'Delays each message between page and backend by this many ms of real time.'),
  outage: oneOf(
    ['none', 'socket', 'all'],
    'none',
    'A network outage: `socket` cuts and refuses the streams, `all` also refuses the page itself.',
  ),
  portal: oneOf(
    ['none', 'redirect', 'page'],
    'none',
    'A login portal holds the network: it redirects each request to its own origin, or answers instead of the page; ' +
      'it cuts and refuses the streams.',
  ),
  browserGate: flag(
    'The site takes only browsers whose user agent is that of Chrome 100 or newer, Edge, Opera, Firefox or Safari; to any other ' +
      'browser it says "WhatsApp works with Google Chrome 100+" in place of the page.',
  ),
  scripts: oneOf(
    ['arrive', 'blocked', 'stalled'],
    'arrive',
    'The host of the page’s scripts: it answers, it cuts each connection, or it stops in the middle of a script ' +
      'until the trouble is off.',
  ),
  modulesLateMs: whole(
    0,
    600_000,
    0,
    'Delays the script that contains the modules, in ms of simulated time. Read at page load.',
  ),
  weight: whole(
    0,
    200_000_000,
    0,
    'The page loads scripts of this many bytes in total, in ten parts. Read at page load.',
  ),
  lineRate: whole(
    0,
    1_000_000_000,
    0,
    'The page and its scripts arrive one after the other, at this many bytes per second of simulated time; 0 is no limit.',
  ),
  lineStallMs: whole(
    0,
    600_000,
    10_000,
    'With `lineRate`: the line stops this long before each third script, in ms of simulated time.',
  ),
};
