import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { puppeteerDriver } from '@wakey/driver-puppeteer';
import type { ProofOptions } from '../../tooling/proof/proof.ts';
import { runIn } from '../consumer/project.ts';
import { chromiumPath, quietArgs } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';
import { faultsOf, meet, nowhereElse } from '../support/real-documents/meet.ts';
import { serveDocument } from '../support/real-documents/serve-document.ts';

/** A collection of 442 index documents of the real site. */
const collection = '@wppconnect/wa-version@1.5.4908';
const host = 'static.whatsapp.net';

/**
 * Serves each real document in the place of the page, while its scripts cannot be loaded. The adapter must recognise each
 * document as WhatsApp's, read its version, and reject with `page-unreachable` and the host of the scripts. `count`: how many
 * of the documents, from the first.
 */
export async function run({ count = Number.POSITIVE_INFINITY, log }: ProofOptions): Promise<void> {
  const folder = await makeFolder();
  const server = await serveDocument();
  const args = [...quietArgs, ...nowhereElse];
  const browser = await puppeteerDriver({ executable: chromiumPath('headless-shell'), args }).launch({});
  const failed: string[] = [];
  let longest = 0;
  let named = 0;
  try {
    const directory = await install(folder.path);
    const names = (await readdir(directory)).filter((name) => name.endsWith('.html')).slice(0, count);
    if (names.length === 0) throw new Error('The collection has no document.');
    for (const [index, name] of names.entries()) {
      server.document = await readFile(join(directory, name), 'utf8');
      const meeting = await meet(browser.page, server.url);
      longest = Math.max(longest, meeting.ms);
      if (name.includes(String(meeting.details.version))) named += 1;
      failed.push(...faultsOf(meeting, host, buildOf(server.document)).map((fault) => `${name}: ${fault}`));
      if ((index + 1) % 50 === 0) log(`${index + 1} of ${names.length}: ${failed.length} faults`);
    }
    log(
      `${names.length} documents, each within ${(longest / 1_000).toFixed(1)} s, the version of ${named} in their file’s name: ${failed.length} faults`,
    );
  } finally {
    await browser.close();
    server.close();
    await folder.remove();
  }
  if (failed.length > 0) throw new Error(failed.slice(0, 20).join('\n'));
}

/** The build of a document, by its content. Nine files of the collection have another build in their name. */
function buildOf(document: string): string {
  return `2.3000.${/"client_revision":(\d+)/.exec(document)?.[1]}`;
}

/** Installs the collection without running its scripts, and returns the directory of the documents. */
async function install(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await runIn(folder, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', collection);
  return join(folder, 'node_modules/@wppconnect/wa-version/html');
}
