import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** An order to `owner.ts`. */
export interface Order {
  readonly do: 'open' | 'lease' | 'launch' | 'clear' | 'release';
  readonly id: string;
}

/** The answer of `owner.ts`. */
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
  /** Its own process id as it sees it: a small number in a container. */
  readonly pid: number;
  tell(order: Order): Promise<Answer>;
  /** Kills it and all processes of its container. May be called twice. */
  kill(): Promise<void>;
}

/** Starts `owner.ts`. With a container's name, it runs in namespaces of its own, as in a container. */
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

/** Whether this machine lets us create the namespaces of a container: a process table and a host name of its own. */
export function canMakeContainers(): boolean {
  try {
    execFileSync('unshare', [...NAMESPACES, 'hostname', 'wakey-trial'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const NAMESPACES = ['--uts', '--pid', '--mount', '--mount-proc', '--fork', '--kill-child=SIGKILL'];

/** The command that runs a program in a container. Without namespaces, the program only gets the container's name as its host name. */
function inside(container: string, program: readonly string[], sessionsDir: string): readonly string[] {
  if (!canMakeContainers()) return [...program, sessionsDir, container];
  const asNamed = ['sh', '-c', 'hostname "$1"; shift; exec "$@"', 'sh', container, ...program, sessionsDir];
  return ['unshare', ...NAMESPACES, ...asNamed];
}
