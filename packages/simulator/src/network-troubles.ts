import { oneOf, type Trouble, whole } from './trouble-rows.ts';

/** What can go wrong on the way between page and service. */
export interface NetworkTroubles {
  readonly latency: number;
  readonly outage: 'none' | 'socket' | 'all';
  readonly portal: 'none' | 'redirect' | 'page';
  readonly scripts: 'arrive' | 'blocked' | 'stalled';
  readonly modulesLateMs: number;
  readonly weight: number;
  readonly lineRate: number;
  readonly lineStallMs: number;
}

/** The rows of {@link NetworkTroubles}. */
export const networkTroubles: { readonly [N in keyof NetworkTroubles]: Trouble<NetworkTroubles[N]> } = {
  latency: whole(0, 600_000, 0, 'Each message between page and backend is held back this many ms (real time).'),
  outage: oneOf(['none', 'socket', 'all'], 'none', 'The network: streams cut and refused, or the page itself as well.'),
  portal: oneOf(
    ['none', 'redirect', 'page'],
    'none',
    'A login portal keeps the network to itself: it sends each request to its own origin, or answers in the page’s place; ' +
      'streams are cut and refused.',
  ),
  scripts: oneOf(
    ['arrive', 'blocked', 'stalled'],
    'arrive',
    'The host of the page’s scripts: it is there, it cuts each connection, or it goes silent in the middle of a script ' +
      'until this is off.',
  ),
  modulesLateMs: whole(
    0,
    600_000,
    0,
    'The script that brings the modules comes this late, in ms of simulated time. Read at page load.',
  ),
  weight: whole(0, 200_000_000, 0, 'The page has scripts of this many bytes, in ten parts. Read at page load.'),
  lineRate: whole(
    0,
    1_000_000_000,
    0,
    'The page and its scripts come by a line of this many bytes in a second of simulated time, one at a time; 0 is no limit.',
  ),
  lineStallMs: whole(
    0,
    600_000,
    10_000,
    'With `lineRate`: the line stands still this long before each third script, in ms of simulated time.',
  ),
};
