import { UsageError } from './usage-error.js';

/** The UsageError for a file that the user named and that cannot be read. An error of anything else than a file stays as it is. */
export function unreadable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (error instanceof UsageError || code === undefined) return error;
  return new UsageError(`${path} cannot be read: ${reasons[code] ?? code}.`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of that path is not a directory',
  EACCES: 'its permissions forbid it',
  EPERM: 'its permissions forbid it',
  EISDIR: 'it is a directory',
};
