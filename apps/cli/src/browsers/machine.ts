import { WakeyError } from '@wakey/core';
import type { WheelPlatform } from './lightpanda-wheels.js';

/** The facts of a machine that decide which binaries run on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The version of the C library, such as "2.36"; undefined on Linux if it is not glibc, but musl for instance. */
  readonly glibc?: string | undefined;
}

/** This machine. */
export function thisMachine(): Machine {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch };
  // Otherwise the report looks up the names of all network peers. The types of Node lack the option.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } };
  return { platform, arch, glibc: header.glibcVersionRuntime };
}

/** Returns which of Lightpanda's wheels runs on a machine. Throws `browser-unavailable` if none does. */
export function wheelPlatformOf({ platform, arch, glibc }: Machine): WheelPlatform {
  const wanted = PLATFORMS.find((name) => name === `${platform}-${arch}`);
  const libc = platform === 'linux' ? `, ${glibc === undefined ? 'no glibc' : `glibc ${glibc}`}` : '';
  if (wanted !== undefined && (platform !== 'linux' || isAtLeast(glibc, 2, 35))) return wanted;
  throw new WakeyError('browser-unavailable', {
    what: `There is no Lightpanda for this machine (${platform}, ${arch}${libc}): it is published for Linux with glibc 2.35 or later and for macOS, on x64 and arm64.`,
    hint: 'Use another driver, or build Lightpanda yourself and set LIGHTPANDA_EXECUTABLE_PATH to its binary.',
  });
}

const PLATFORMS: readonly WheelPlatform[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

function isAtLeast(version: string | undefined, major: number, minor: number): boolean {
  const [own = 0, ownMinor = 0] = (version ?? '').split('.').map(Number);
  return own > major || (own === major && ownMinor >= minor);
}
