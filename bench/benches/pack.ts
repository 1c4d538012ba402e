import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { packBundle } from '@wakey/bundle';
import { manifest } from '@wakey/bundle/testing';
import { chromiumProfile } from '@wakey/chromium';
import type { Bench } from '../bench.ts';
import { profileOf, remove } from '../profile.ts';

/** The cost of a bundle, with its checksums, against a plain archive of the same files. */
export const bench: Bench = {
  what: 'packing a profile into a bundle, compared with `tar` through zstd without checksums',
  async open(megabytes) {
    const profile = await profileOf(megabytes);
    return {
      async ours() {
        for await (const _ of packBundle(manifest, chromiumProfile.list(profile)));
      },
      async theirs() {
        const tar = spawn('tar', ['-cf', '-', '-C', profile, '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
        const ended = once(tar, 'exit');
        await pipeline(tar.stdout, createZstdCompress(), async (bytes) => {
          for await (const _ of bytes);
        });
        await ended;
      },
      close: () => remove(profile),
    };
  },
};
