import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSince, type Version } from './versions.ts';

/** The values of the command line. */
export interface Flags {
  readonly host: string;
  readonly port: number;
  readonly maxMessage: number;
  readonly ignoreCertificateErrors: boolean;
  /** The experimental features that are on. */
  readonly features: readonly string[];
}

/** Reads the arguments of `serve`. Like Lightpanda, exits on an argument that this version does not know. */
export function readFlags(given: readonly string[], version: Version): Flags {
  const values = new Map<string, string>();
  const features: string[] = [];
  const rest = [...given];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const flag = FLAGS.find((known) => known.name === name && isSince(version, known.since));
    if (flag === undefined) refuse(version, `"unknown argument" mode=serve arg=${name}`, 'UnknownOption');
    const value = flag.takesValue ? (rest.shift() ?? refuseMissing(version, name)) : '';
    if (NUMBERS.has(name) && !/^\d+$/.test(value)) refuse(version, `"invalid character" arg=${name} value=${value}`);
    if (name === '--experimental-features') features.push(featureOf(version, value));
    values.set(name, value);
  }
  const host = values.get('--host') ?? '127.0.0.1';
  if (!/^[\d.]+$|:/.test(host)) refuse(version, `"invalid server address" err=ParseFailed host=${host}`);
  return {
    host,
    port: Number(values.get('--port') ?? 9222),
    maxMessage: Number(values.get('--cdp-max-message-size') ?? 1024 * 1024),
    ignoreCertificateErrors: values.has('--insecure-disable-tls-host-verification'),
    features,
  };
}

const FLAGS = (
  JSON.parse(readFileSync(join(import.meta.dirname, 'flags.json'), 'utf8')) as {
    readonly flags: readonly { readonly name: string; readonly takesValue: boolean; readonly since: Version }[];
  }
).flags;

const NUMBERS = new Set(['--port', '--cdp-max-message-size', '--http-timeout', '--watchdog-ms']);

function featureOf(version: Version, value: string): string {
  const known = isSince(version, '1.0.0') ? ['serviceworker'] : ['cors'];
  if (!known.includes(value)) refuse(version, `"invalid option choice" arg=--experimental-features value=${value}`);
  return value;
}

function refuseMissing(version: Version, name: string): never {
  if (!isSince(version, '1.0.0')) refuse(version, undefined, 'MissingArgument');
  return refuse(version, `"missing argument value" arg=${name} hint="see 'lightpanda help serve'"`);
}

/** Prints what Lightpanda prints, and exits. */
function refuse(version: Version, why: string | undefined, error = 'InvalidArgument'): never {
  const last = isSince(version, '1.0.0') ? undefined : `"exit" err=${error}`;
  for (const line of [why, last]) {
    if (line !== undefined) process.stderr.write(`$time=0 $scope=app $level=fatal $msg=${line}\n`);
  }
  process.exit(1);
}
