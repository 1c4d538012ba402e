import type { extract, Pack } from 'tar-stream';

/** A stream to write to: an entry of a tar being packed, or a tar being read. */
type Sink = ReturnType<Pack['entry']> | ReturnType<typeof extract>;

/** Waits until a full sink accepts more bytes or is closed. */
export function drained(sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
    if (sink.destroyed) done();
  });
}
