import { type AskOptions, askBinary } from './ask-binary.js';

/** Name and version that a binary prints, such as `{ name: 'Google Chrome', version: '156.0.8078.79' }`. */
export interface BinaryVersion {
  readonly name: string;
  readonly version: string;
}

/** Options of `browserVersion`. */
export interface VersionOptions extends AskOptions {
  readonly platform?: NodeJS.Platform;
}

/**
 * Asks a binary for its version, without touching a profile. Returns undefined if the binary does not answer, or on
 * Windows, where the question would open a window. After it resolves, no process of the binary is alive. Throws
 * `browser-unkillable` if the system does not end one.
 */
export async function browserVersion(executable: string, options: VersionOptions): Promise<BinaryVersion | undefined> {
  const { platform = process.platform } = options;
  if (platform === 'win32') return undefined;
  const text = await askBinary(executable, ['--version'], options);
  const [, name, version] = /([A-Za-z][\w .-]*?) (\d+(?:\.\d+)+)/.exec(text) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Returns the user agent of this version with a window, in the reduced form that Chrome shows to every site. */
export function plainUserAgent(version: string, platform: NodeJS.Platform = process.platform): string {
  const system = platform === 'darwin' ? 'Macintosh; Intel Mac OS X 10_15_7' : 'X11; Linux x86_64';
  const major = version.split('.')[0];
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}
