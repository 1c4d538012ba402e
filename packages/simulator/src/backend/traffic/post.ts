import type { BackendMessage } from '../../protocol.ts';
import type { Stream } from '../streams.ts';

/** The messages on their way to one device. The service keeps a message until the device has returned its receipt. */
export interface Post {
  /** Sends a message, now or when the device connects. */
  send(message: Delivery): void;
  /** Removes a message that the device has acknowledged or refused; returns it if it was on its way. */
  settle(id: string): Delivery | undefined;
  /** Sends everything that is on its way, in order, to a device that has connected. */
  connect(stream: Stream): void;
  /** Sends a message that is lost if the device is offline; returns whether the device is online. */
  tell(message: BackendMessage): boolean;
  /** How many messages are on their way. */
  size(): number;
}

/** A message that someone wrote to the device. */
export type Delivery = Extract<BackendMessage, { type: 'message' }>;

/** See {@link Post}. */
export function createPost(): Post {
  const underway = new Map<string, Delivery>();
  let stream: Stream | undefined;
  const open = (): Stream | undefined => (stream?.isOpen() === true ? stream : undefined);

  return {
    send(delivery) {
      underway.set(delivery.message.id, delivery);
      open()?.send(delivery);
    },
    settle(id) {
      const delivery = underway.get(id);
      underway.delete(id);
      return delivery;
    },
    connect(connected) {
      stream = connected;
      for (const delivery of underway.values()) stream.send(delivery);
    },
    tell(message) {
      open()?.send(message);
      return open() !== undefined;
    },
    size: () => underway.size,
  };
}
