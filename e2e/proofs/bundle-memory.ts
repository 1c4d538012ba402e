import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { makeFolder } from '../support/folder.ts';
import { seededRandom } from '../support/random.ts';

const MB = 1024 * 1024;
const allowed = 64 * MB;

/**
 * Packs and unpacks a profile of `count` MB, three tenths of it in one file and the rest in files of every size. Packing and
 * unpacking run in a process of their own each, whose memory may grow by at most 64 MB. The unpacked files equal the packed ones.
 */
export async function run({ seed, count = 1000, log }: ProofOptions): Promise<void> {
  const folder = await makeFolder();
  try {
    const profile = join(folder.path, 'profile');
    const files = await writeProfile(profile, count * MB, seededRandom(seed));
    const bundle = join(folder.path, 'session.bundle');
    const into = join(folder.path, 'into');
    const packing = await measured('pack', profile, bundle);
    const unpacking = await measured('unpack', bundle, into);
    const digest = await digestOf(profile);
    if (digest !== (await digestOf(join(into, 'profile'))))
      throw new Error('The unpacked files differ from the packed ones.');
    const size = (await stat(bundle)).size;
    log(`${files} files of ${count} MB in a bundle of ${Math.round(size / MB)} MB`);
    for (const [name, { growth, base, took }] of Object.entries({ packing, unpacking })) {
      log(
        `${name}: ${Math.round(growth / MB)} MB more than the ${Math.round(base / MB)} MB before, ` +
          `${Math.round(count / (took / 1000))} MB/s`,
      );
      if (growth > allowed) throw new Error(`${name} took ${growth} bytes more; ${allowed} are allowed.`);
    }
  } finally {
    await folder.remove();
  }
}

/** Writes files at the paths of a browser's databases, and returns their number. About half of the bytes do not compress. */
async function writeProfile(profile: string, bytes: number, random: () => number): Promise<number> {
  const noise = Buffer.from(Array.from({ length: MB }, () => Math.floor(random() * 256)));
  const text = Buffer.alloc(MB, JSON.stringify({ id: 'false_4915112345678@c.us_3EB0', t: 1_795_464_000, ack: 3 }));
  let left = Math.round(bytes * 0.7);
  const sizes = [bytes - left];
  while (left > 0) {
    // Sizes from 10 B to 10 MB; each order of magnitude is equally likely.
    const size = Math.min(left, Math.round(10 ** (1 + 6 * random())));
    sizes.push(size);
    left -= size;
  }
  for (const [at, size] of sizes.entries()) {
    const path = join(profile, 'Default/IndexedDB', `${at % 7}.indexeddb.leveldb`, `${at}.ldb`);
    await mkdir(dirname(path), { recursive: true });
    const file = createWriteStream(path);
    for (let written = 0; written < size; written += MB) {
      const source = random() < 0.5 ? noise : text;
      if (!file.write(source.subarray(0, Math.min(MB, size - written)))) await once(file, 'drain');
    }
    file.end();
    await once(file, 'close');
  }
  return sizes.length;
}

async function measured(what: 'pack' | 'unpack', from: string, to: string) {
  const script = fileURLToPath(new URL('../support/bundle-memory/bundle-process.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=wakey:source', script, what, from, to];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { before, after, took } = JSON.parse(stdout) as { before: number; after: number; took: number };
  return { base: before, growth: after - before, took };
}

/** One digest of every path and byte below a directory. */
async function digestOf(directory: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const path of paths.sort()) {
    hash.update(path.slice(directory.length));
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  }
  return hash.digest('hex');
}
