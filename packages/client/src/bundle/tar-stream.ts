import type { extract, Pack } from 'tar-stream';

/** What is written to: an entry of a tar that is made, or a tar that is read. */
type Sink = ReturnType<Pack['entry']> | ReturnType<typeof extract>;

/** Waits until a sink that was full takes more, or is closed. */
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
