import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What `owner.ts` can be told to do. */
export interface Order {
  readonly do: 'open' | 'lease' | 'launch' | 'clear' | 'release';
  readonly id: string;
}

/** What it says. */
export interface Answer {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly host?: string;
  readonly pid?: number;
  readonly fence?: number;
  readonly formerHost?: string | undefined;
  readonly found?: string;
  readonly proof?: string;
}

/** A running `owner.ts`. */
export interface Owner {
  readonly host: string;
  /** As it sees itself: in a container, a small number. */
  readonly pid: number;
  tell(order: Order): Promise<Answer>;
  /** Ends it and all that is in its container, without a warning. May be called twice. */
  kill(): Promise<void>;
}

/** Starts an owner on this machine; with a container's name, in namespaces of its own, as a container runtime would. */
export async function startOwner(sessionsDir: string, container?: string): Promise<Owner> {
  const script = fileURLToPath(new URL('./owner.ts', import.meta.url));
  const program = [process.execPath, '--import', import.meta.resolve('tsx'), '--conditions=wakey:source', script];
  const [command = '', ...args] =
    container === undefined ? [...program, sessionsDir] : inside(container, program, sessionsDir);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (bytes) => {
    errors = `${errors}${bytes}`.slice(-2_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async (): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`The owner ended: ${errors}`);
    return JSON.parse(value);
  };
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { host = '', pid = 0 } = await hear();
  return {
    host,
    pid,
    tell(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return hear();
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Whether this sandbox lets us make what containers are made of: a process table and a host name of one's own. */
export function canMakeContainers(): boolean {
  try {
    execFileSync('unshare', [...NAMESPACES, 'hostname', 'wakey-trial'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const NAMESPACES = ['--uts', '--pid', '--mount', '--mount-proc', '--fork', '--kill-child=SIGKILL'];

/** Where there are no namespaces the owner is only told the name. */
function inside(container: string, program: readonly string[], sessionsDir: string): readonly string[] {
  if (!canMakeContainers()) return [...program, sessionsDir, container];
  const asNamed = ['sh', '-c', 'hostname "$1"; shift; exec "$@"', 'sh', container, ...program, sessionsDir];
  return ['unshare', ...NAMESPACES, ...asNamed];
}
