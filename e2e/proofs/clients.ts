import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { runIn } from '../consumer/project.ts';
import { makeFolder } from '../support/folder.ts';
import { killAll, processesNaming } from '../support/processes.ts';

const all = ['link', 'offline', 'conflict', 'restart', 'unlink', 'link code', 'logout'];

interface Peer {
  readonly packages: readonly string[];
  readonly journey: string;
  /** The steps that the peer must make. Later steps would need the real WhatsApp. */
  readonly steps: readonly string[];
}

/** Independent clients of WhatsApp Web, each at a version that works today or is the last one. */
const peers: readonly Peer[] = [
  { packages: ['whatsapp-web.js@1.34.7'], journey: 'whatsapp-web.js', steps: all },
  { packages: ['whatsapp-web.js@1.34.7'], journey: 'whatsapp-web.js with a local page cache', steps: all },
  { packages: ['whatsapp-web.js@1.34.7'], journey: 'whatsapp-web.js with RemoteAuth', steps: all },
  { packages: ['whatsapp-web.js@1.34.6'], journey: 'whatsapp-web.js', steps: all },
  { packages: ['@juzi/whatsapp-web.js@1.30.28'], journey: '@juzi/whatsapp-web.js', steps: all },
  { packages: ['@wppconnect-team/wppconnect@2.3.3'], journey: 'wppconnect', steps: all },
  { packages: ['@wppconnect/wa-js@4.6.0'], journey: 'wa-js', steps: all },
  { packages: ['@wppconnect/wa-js@4.2.0'], journey: 'wa-js', steps: all },
  { packages: ['venom-bot@5.3.0'], journey: 'venom', steps: ['link', 'successChat', 'state'] },
  {
    packages: ['wechaty-puppet-whatsapp@1.19.16', 'wechaty-puppet@1.20.2'],
    journey: 'wechaty',
    steps: ['scan', 'login', 'ready'],
  },
];

const longestMs = 300_000;

/** Takes each peer, unmodified from npm, through its journey with the simulator. `count`: how many of the peers, from the first. */
export async function run({ count = peers.length, log }: ProofOptions): Promise<void> {
  const failed: string[] = [];
  for (const { packages, journey, steps } of peers.slice(0, count)) {
    const name = `${packages[0]} (${journey})`;
    const folder = await makeFolder();
    try {
      await install(folder.path, packages);
      const { made, errors } = await travel(folder.path, journey);
      const missing = steps.filter((step) => !made.includes(step));
      log(`${name}: ${made.join(', ') || 'nothing'}${missing.length === 0 ? '' : `; NOT ${missing.join(', ')}`}`);
      if (missing.length > 0) failed.push(`${name}\n${errors}`);
    } finally {
      // A client that was killed leaves its browser.
      killAll(processesNaming(folder.path));
      await folder.remove();
    }
  }
  if (failed.length > 0) throw new Error(`These clients missed steps:\n${failed.join('\n')}`);
}

/** Installs packages as their user would, but without their install scripts, which would download a browser. */
async function install(folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await runIn(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages);
}

async function travel(folder: string, journey: string) {
  const script = fileURLToPath(new URL('../support/clients/journey.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=wakey:source', script, folder, journey];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
    // Some clients catch SIGTERM and go on.
    killSignal: 'SIGKILL',
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    errors = `${errors}${bytes}`.slice(-4_000);
  });
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  return { made: [...out.matchAll(/^step (.+)$/gm)].map(([, step]) => step ?? ''), errors };
}
