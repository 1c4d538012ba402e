import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../workspaces.ts';
import { reportFolder } from './places.ts';

/** The result of one check. */
export interface CheckResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failure. */
  readonly failures: readonly string[];
  /** One line for each file with skipped tests. */
  readonly skips: readonly string[];
}

/** The part of Vitest's JSON report that we read. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs one Node program as one check, and prints its output only if it fails. */
export async function runCheck(name: string, args: readonly string[]): Promise<CheckResult> {
  console.log(`\n── ${name}`);
  const chunks: Buffer[] = [];
  const code = await runNode(args, root, { keep: (chunk) => chunks.push(chunk) });
  if (code !== 0) process.stdout.write(Buffer.concat(chunks));
  const failures = code === 0 ? [] : [`exit ${code}`];
  return { name, passed: code === 0 ? 1 : 0, failed: failures.length, skipped: 0, failures, skips: [] };
}

/** Options of a run. */
export interface VitestChoice {
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments: files or projects to choose. @default none: all tests */
  readonly only?: readonly string[];
}

/** Runs the Vitest projects below `cwd` and counts their tests. */
export async function runVitest(
  name: string,
  cwd: string,
  { env, only = [] }: VitestChoice = {},
): Promise<CheckResult> {
  const outputFile = join(reportFolder, `${name.replaceAll(' ', '-')}.json`);
  rmSync(outputFile, { force: true });
  console.log(`\n── ${name}`);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const code = await runNode(
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`, ...only],
    cwd,
    { env },
  );
  const report = existsSync(outputFile) ? (JSON.parse(readFileSync(outputFile, 'utf8')) as VitestReport) : undefined;
  return { name, ...countTests(report, code) };
}

/** Counts the tests of a report. A file that fails outside its tests is one failure, and so is a run that fails although all tests pass. */
export function countTests(report: VitestReport | undefined, code: number): Omit<CheckResult, 'name'> {
  if (!report) return { passed: 0, failed: 1, skipped: 0, failures: [`no report, exit ${code}`], skips: [] };
  const failures = report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
    const lines = failed.length === 0 && file.status === 'failed' ? ['failed outside its tests'] : failed;
    return lines.map((line) => `${relative(root, file.name)}: ${line}`);
  });
  if (failures.length === 0 && code !== 0) failures.push(`exit ${code}, without a failed test`);
  const { numPassedTests: passed, numPendingTests: skipped } = report;
  return { passed, failed: failures.length, skipped, failures, skips: skipsIn(report) };
}

function skipsIn({ testResults }: VitestReport): readonly string[] {
  return testResults.flatMap(({ name, assertionResults: tests }) => {
    const skipped = tests.filter(({ status }) => status === 'skipped' || status === 'pending');
    if (skipped.length === 0) return [];
    const what = skipped.length === tests.length ? 'all' : `${skipped.length} of ${tests.length}`;
    return [`${relative(root, name)}: ${what} skipped, such as "${skipped[0]?.fullName}"`];
  });
}

interface NodeRun {
  /** Receives the output of the program. Without `keep`, the output goes to the terminal. */
  readonly keep?: (chunk: Buffer) => void;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

function runNode(args: readonly string[], cwd: string, { keep, env = {} }: NodeRun): Promise<number> {
  return new Promise((settle, reject) => {
    const output = keep ? 'pipe' : 'inherit';
    const stdio = ['ignore', output, output] as const;
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: [...stdio] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => keep?.(chunk));
    child.on('error', reject);
    child.on('close', (code) => settle(code ?? 1));
  });
}
