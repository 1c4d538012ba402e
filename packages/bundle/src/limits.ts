/** The size limits of a bundle. A bundle above them is refused: a few kB of zstd can expand to terabytes. */
export interface BundleLimits {
  /** Sum of all files, in bytes. @default 8 GiB: eight times the largest that a proof tries */
  readonly totalBytes?: number;
  /** @default 50_000: a profile has some hundred files, some thousand with a full Cache Storage */
  readonly files?: number;
}

/** All limits: those that the caller may choose, and those of the format. */
export type Limits = Required<BundleLimits> & typeof formatLimits;

const formatLimits = {
  /** Bytes of UTF-8 of one path; the longest that Chromium makes have about 150. Windows takes 260 in all. */
  pathBytes: 512,
  /** Bytes of `wakey.json`, which is held in memory. The usual size is about 300. */
  manifestBytes: 64 * 1024,
  /** Bytes of `SHA256SUMS`, which is held in memory. A line has about 150. */
  checksumsBytes: 16 * 1024 * 1024,
  /** Bytes of tar in addition to its files and their headers: 10 kB of padding at its end, and bytes read ahead. */
  overheadBytes: 1024 * 1024,
  /** Bytes of tar for one file in addition to its content: headers, a long name, padding. */
  entryOverheadBytes: 4096,
} as const;

/** The limits in force. */
export function limitsOf({ totalBytes = 8 * 1024 ** 3, files = 50_000 }: BundleLimits = {}): Limits {
  return { ...formatLimits, totalBytes, files };
}
