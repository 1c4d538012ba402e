import type { Readable } from 'node:stream';

/**
 * Reads a browser's stderr, and returns a function that returns its beginning and its end so far, at most 2 kB each,
 * without noise. The cause of a failure may be in either: some browsers print a long help text after it.
 */
export function keepStderr(stderr: Readable): () => string {
  let start = '';
  let rest = '';
  let isCut = false;
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    const room = READ - start.length;
    start += text.slice(0, room);
    rest += text.slice(room);
    isCut ||= rest.length > READ;
    rest = rest.slice(-READ);
  });
  return () => {
    if (!isCut) return shortened(telling(start + rest));
    return `${telling(start).slice(0, KEPT)}${GAP}${telling(rest).slice(-KEPT)}`;
  };
}

/** How much of each end is reported, in characters. More is read, because much of it is noise. */
const KEPT = 2_000;
const READ = 16_000;
const GAP = '\n[…]\n';

function shortened(text: string): string {
  return text.length <= 2 * KEPT ? text : `${text.slice(0, KEPT)}${GAP}${text.slice(-KEPT)}`;
}

/** The useful lines: without a desktop, Chromium prints dozens of lines about a missing D-Bus. */
function telling(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/:(?:[\w/]+\/)?dbus\/\w+\.cc:/.test(line))
    .join('\n')
    .trim();
}
