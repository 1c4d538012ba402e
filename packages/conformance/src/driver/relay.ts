import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A relay in front of a browser's WebSocket. The relay decides which messages arrive together. */
export interface Relay {
  /** The browser's endpoint, through the relay. */
  readonly endpoint: string;
  /**
   * Holds back the messages of the browser, from its next answer about frames on, until the page of that answer has a
   * new document: then both arrive in one chunk. Resolves once the relay holds the answer.
   */
  holdFrames(): Promise<void>;
  /** Stops holding messages back, in case no answer about frames came. */
  holdNoMore(): void;
  close(): Promise<void>;
}

/** Opens a relay at a free port. */
export async function openRelay(endpoint: string): Promise<Relay> {
  const { hostname, port } = new URL(endpoint);
  const sockets = new Set<Socket>();
  let hold: Hold | undefined;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let waiting: Buffer[] = [];
    near.once('data', (request: Buffer) => {
      far.write(uncompressed(request), 'latin1');
      near.pipe(far);
    });
    const pass = () => {
      near.write(Buffer.concat(waiting));
      waiting = [];
    };
    const read = messageReader((message) => hold?.see(message));
    far.on('data', (bytes: Buffer) => {
      waiting.push(bytes);
      read(bytes);
      if (hold?.isHolding() !== true) pass();
    });
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    for (const socket of [near, far]) {
      sockets.add(socket);
      // After an error, the event "close" follows, whose listener ends the other socket.
      socket.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(endpoint);
  own.port = String((server.address() as AddressInfo).port);
  return {
    endpoint: own.href,
    async holdFrames() {
      hold = openHold();
      await hold.begun;
    },
    holdNoMore() {
      if (hold?.isHolding() !== true) hold = undefined;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A library's request for a WebSocket, without its offer of compression, because the relay reads the messages. The
 * request comes in one piece.
 */
function uncompressed(request: Buffer): string {
  return request.toString('latin1').replace(/^sec-websocket-extensions:.*\r\n/im, '');
}

type Hold = ReturnType<typeof openHold>;

function openHold() {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let session: string | undefined;
  let isOver = false;
  return {
    begun,
    isHolding: () => session !== undefined && !isOver,
    see(message: string) {
      const { result, method, sessionId } = JSON.parse(message);
      if (session === undefined && result?.frameTree !== undefined) {
        session = sessionId;
        begin();
      }
      if (session === sessionId && method === 'Page.frameNavigated') isOver = true;
    },
  };
}

/** Reads the messages in the bytes of a WebSocket server. These are neither masked nor compressed. */
function messageReader(onMessage: (message: string) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isUpgraded = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    if (!isUpgraded) {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      isUpgraded = true;
      rest = rest.subarray(end + 4);
    }
    for (let frame = frameIn(rest); frame !== undefined; frame = frameIn(rest)) {
      if (frame.isText) onMessage(rest.subarray(frame.start, frame.end).toString('utf8'));
      rest = rest.subarray(frame.end);
    }
  };
}

function frameIn(bytes: Buffer) {
  const [kind = 0, short = 0] = bytes;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = start + length;
  return bytes.length < end ? undefined : { start, end, isText: (kind & 15) === 1 };
}
