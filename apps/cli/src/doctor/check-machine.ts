import { statfs } from 'node:fs/promises';
import * as zlib from 'node:zlib';
import { browserVersion, decideSandbox, findBrowser, type SandboxDecision } from '@wakey/browser-process';
import { examineMemory } from '@wakey/client';
import { browserEnvironment, loadDriver, type OptionValues } from '@wakey/config';
import { isWakeyError } from '@wakey/core';
import { answerOf } from '@wakey/host';
import type { doctorOptions } from '../options/commands.js';
import { own } from '../own.js';
import type { Shell } from '../shell.js';
import { sizeText } from '../transfer/facts.js';
import { bad, badOf, type Finding, good, note } from './finding.js';

/** What the checks of the machine need. */
export interface MachineFacts {
  readonly values: OptionValues<typeof doctorOptions>;
  readonly shell: Pick<Shell, 'env' | 'cwd'>;
}

/** The browser that `wakey start` would use. */
export interface FoundBrowser {
  readonly executable: string;
  /** Undefined if the browser reports no version. */
  readonly version: string | undefined;
}

/** The result of the checks of the machine. */
export interface MachineCheck {
  readonly findings: readonly Finding[];
  /** Undefined if there is no browser, or one that keeps no profile. */
  readonly browser: FoundBrowser | undefined;
}

/** Checks Node, the driver, the browser, its sandbox and memory. */
export async function checkMachine(facts: MachineFacts): Promise<MachineCheck> {
  const { findings, browser } = await checkBrowser(facts);
  return { findings: [checkNode(), await checkDriver(facts), ...findings, ...(await checkMemory())], browser };
}

function checkNode(): Finding {
  const { node } = process.versions;
  if ('createZstdCompress' in zlib) return good('node', `Node ${node}, whose zlib has zstd`);
  return bad('node', `Node ${node} has no zstd, which Wakey needs to pack backups.`, 'Install Node 22.15 or newer.');
}

async function checkDriver({ values: { driver }, shell: { cwd } }: MachineFacts): Promise<Finding> {
  try {
    return good('driver', `driver ${(await loadDriver(driver, {}, { cwd, own })).name}`);
  } catch (error) {
    return badOf('driver', error);
  }
}

async function checkBrowser({ values, shell: { env } }: MachineFacts): Promise<MachineCheck> {
  const { browser = 'auto', headed, driver } = values;
  if (driver === 'lightpanda') {
    return {
      findings: [note('browser', 'doctor does not look for Lightpanda; wakey start does.')],
      browser: undefined,
    };
  }
  const forBrowser = browserEnvironment(env, process.platform);
  try {
    const looking = findBrowser({ executable: browser, headless: !headed, env: forBrowser });
    const executable = await answerOf('look for a browser', browser, looking);
    const found = await browserVersion(executable, { env: defined(forBrowser) });
    const told =
      found === undefined
        ? note('browser', `${executable}, which reports no version`)
        : good('browser', `${found.name} ${found.version}: ${executable}`);
    const sandbox = decideSandbox({ sandbox: values.sandbox, executable });
    const findings = [told, sandboxFinding(await answerOf('look at the sandbox', executable, sandbox))];
    return { findings, browser: { executable, version: found?.version } };
  } catch (error) {
    return { findings: [badOf('browser', error)], browser: undefined };
  }
}

function sandboxFinding({ on, reason }: SandboxDecision): Finding {
  if (on) return good('sandbox', `the browser’s sandbox is on: ${reason}`);
  const hint = 'Run as another user than root, or in a container that allows user namespaces.';
  return note('sandbox', `The browser’s sandbox is off: ${reason}.`, hint);
}

async function checkMemory(): Promise<readonly Finding[]> {
  try {
    return await memoryFindings();
  } catch (error) {
    return [badOf('memory', error)];
  }
}

async function memoryFindings(): Promise<readonly Finding[]> {
  const memory = await examineMemory();
  const size = memory.path === undefined ? undefined : await sizeOf(memory.path);
  const room = size === undefined ? '' : ` (${sizeText(size.all)}, ${sizeText(size.free)} free)`;
  if (memory.isFit)
    return [good('memory', `the live profile of an encrypted session is in memory: ${memory.path}${room}`)];
  return [
    note(
      'memory',
      `The live profile of an encrypted session is on the disk while the session runs: ${memory.path ?? ''}${room} ${memory.why}.`,
      memory.path === undefined
        ? 'Use an encrypted disk if that matters.'
        : `Give ${memory.path} at least 512 MB (docker run --shm-size=1g), or use an encrypted disk.`,
    ),
  ];
}

async function sizeOf(path: string): Promise<{ readonly all: number; readonly free: number } | undefined> {
  try {
    const { blocks, bavail, bsize } = await answerOf('look at the memory', path, statfs(path));
    return { all: blocks * bsize, free: bavail * bsize };
  } catch (error) {
    if (!isWakeyError(error) && error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function defined(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
