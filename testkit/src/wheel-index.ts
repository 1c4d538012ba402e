import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A package index on this machine that has one small wheel of Lightpanda 1.0.2, with a script as its binary. */
export interface WheelIndex {
  /** The environment in which pip finds the index and no other. */
  readonly env: Readonly<Record<string, string>>;
  /** The SHA-256 of the wheel, which is the same for each platform. */
  readonly digest: string;
  /** How many times a client requested a wheel. */
  downloads(): number;
  /** Resolves once half of a wheel is sent; only with the answer `stall`. */
  readonly half: Promise<void>;
  close(): Promise<void>;
}

/** Options of `wheelIndex`. */
export interface WheelIndexOptions {
  /** How the index sends a wheel: whole, or half of it and then nothing (`stall`) or no connection (`cut`). @default 'whole' */
  readonly answer?: 'whole' | 'stall' | 'cut';
  /** What the binary prints, whatever its arguments are. @default '1.0.2' */
  readonly says?: string;
}

/** Whether `python3` with pip is along PATH. */
export function hasPip(): boolean {
  return spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
}

/** Starts an index. Throws without `python3`, which makes the wheel. */
export async function wheelIndex({ answer = 'whole', says = '1.0.2' }: WheelIndexOptions = {}): Promise<WheelIndex> {
  const bytes = buildWheel(says);
  const half = Promise.withResolvers<void>();
  let downloads = 0;
  const server = createServer(({ url = '' }, response) => {
    if (!url.endsWith('.whl')) {
      response.setHeader('content-type', 'text/html');
      response.end(`<!DOCTYPE html>${NAMES.map((name) => `<a href="/files/${name}">${name}</a>`).join('')}`);
      return;
    }
    downloads += 1;
    response.setHeader('content-length', bytes.length);
    if (answer === 'whole') response.end(bytes);
    else sendHalf(response, bytes, () => (answer === 'cut' ? response.destroy() : half.resolve()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    env: { PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: `http://127.0.0.1:${port}/simple`, PIP_RETRIES: '0' },
    digest: createHash('sha256').update(bytes).digest('hex'),
    downloads: () => downloads,
    half: half.promise,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

const NAMES = ['manylinux_2_35_x86_64', 'manylinux_2_35_aarch64', 'macosx_13_0_x86_64', 'macosx_14_0_arm64'].map(
  (tag) => `lightpanda-1.0.2-py3-none-${tag}.whl`,
);

function sendHalf(response: ServerResponse, bytes: Buffer, done: () => void): void {
  response.write(bytes.subarray(0, bytes.length / 2), done);
}

function buildWheel(says: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'wakey-wheel-'));
  try {
    const facts = 'lightpanda-1.0.2.dist-info';
    for (const name of ['lightpanda', facts]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'lightpanda/lightpanda'), `#!/bin/sh\necho '${says}'\n`);
    writeFileSync(join(folder, facts, 'METADATA'), 'Metadata-Version: 2.1\nName: lightpanda\nVersion: 1.0.2\n');
    writeFileSync(join(folder, facts, 'WHEEL'), 'Wheel-Version: 1.0\nTag: py3-none-any\n');
    writeFileSync(join(folder, facts, 'RECORD'), '');
    const zip = ['-m', 'zipfile', '-c', 'wheel.zip', 'lightpanda', facts];
    const { status, stderr } = spawnSync('python3', zip, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`python3 made no wheel: ${stderr}`);
    return readFileSync(join(folder, 'wheel.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
