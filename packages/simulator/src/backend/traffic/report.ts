import type { HeldAtConnect } from './ratchets.ts';

/** What the service knows of the counters of one linked device. */
export interface DeviceRatchets {
  readonly device: string;
  readonly account: string;
  /** Number of the newest commit that the device has told: it commits each message that it sends or reads. */
  readonly acknowledged: number;
  /** How many messages are on their way to the device, or awaited from it. */
  readonly underway: number;
  /** The peers with which messages were refused. */
  readonly refused: readonly Refused[];
  /** What the device held at each of its newest 100 connections, newest last. */
  readonly connects: readonly HeldAtConnect[];
}

/** How many messages between a device and a peer or group were refused because the ratchets did not fit. */
export interface Refused {
  readonly peer: string;
  /** Messages of the device that the peer could not read. */
  readonly byPeer: number;
  /** Messages of the peer that the device could not read. */
  readonly byDevice: number;
}
