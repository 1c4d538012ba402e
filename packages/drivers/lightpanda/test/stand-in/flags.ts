/** The two versions of Lightpanda that the stand-in imitates: before 1.0 (August 2026), and 1.0 (October). */
export type Version = 'aug' | 'oct';

/** The values of the command line. */
export interface Flags {
  readonly host: string;
  readonly port: number;
  readonly maxMessage: number;
  readonly ignoreCertificateErrors: boolean;
}

/** Reads the arguments of `serve`. Like Lightpanda, exits on an argument that this version does not know. */
export function readFlags(given: readonly string[], version: Version): Flags {
  const values = new Map<string, string>();
  const rest = [...given];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const takes = FLAGS[version][flag] ?? FLAGS.both[flag];
    if (takes === undefined) refuse(`unknown argument arg=${flag}`);
    values.set(flag, takes === 'nothing' ? '' : (rest.shift() ?? refuse(`missing argument value arg=${flag}`)));
  }
  const host = values.get('--host') ?? '127.0.0.1';
  if (!/^[\d.]+$|:/.test(host)) refuse('invalid server address');
  return {
    host,
    port: Number(values.get('--port') ?? 9222),
    maxMessage: Number(values.get('--cdp-max-message-size') ?? 1024 * 1024),
    ignoreCertificateErrors: values.has('--insecure-disable-tls-host-verification'),
  };
}

type Takes = Readonly<Record<string, 'a value' | 'nothing'>>;

const FLAGS: { readonly [V in Version | 'both']: Takes } = {
  both: {
    '--host': 'a value',
    '--port': 'a value',
    '--advertise-host': 'a value',
    '--cdp-max-connections': 'a value',
    '--cdp-max-message-size': 'a value',
    '--http-timeout': 'a value',
    '--http-connect-timeout': 'a value',
    '--http-proxy': 'a value',
    '--log-format': 'a value',
    '--log-level': 'a value',
    '--watchdog-ms': 'a value',
    '--v8-max-heap-mb': 'a value',
    '--user-agent-suffix': 'a value',
    '--insecure-disable-tls-host-verification': 'nothing',
    '--disable-metrics': 'nothing',
  },
  aug: { '--timeout': 'a value', '--disable-workers': 'nothing', '--disable-subframes': 'nothing' },
  oct: { '--protocol': 'a value', '--load-resources': 'a value', '--locale': 'a value', '--timezone': 'a value' },
};

function refuse(why: string): never {
  process.stderr.write(`$time=0 $scope=app $level=fatal $msg="${why}"\n`);
  process.exit(1);
}
