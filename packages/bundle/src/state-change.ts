import type { Json, ProfileState } from '@wakey/core';
import { isObject } from '@wakey/host';

/** The difference between the entries of two states of a profile. */
export interface StateChange {
  readonly set: ProfileState['files'];
  readonly gone: readonly string[];
}

type Files = ProfileState['files'];

/** What has to change in the entries `from`, so that they become the entries `to`. */
export function stateChange(from: Files, to: Files): StateChange {
  const isOther = ([path, entry]: readonly [string, Json]) =>
    from[path] !== entry && JSON.stringify(from[path]) !== JSON.stringify(entry);
  const set = Object.entries(to).filter(isOther);
  return { set: Object.fromEntries(set), gone: Object.keys(from).filter((path) => !Object.hasOwn(to, path)) };
}

/** Applies a change to the entries of a state. */
export function changedFiles(files: Files, { set, gone }: StateChange): Files {
  const after = new Map([...Object.entries(files), ...Object.entries(set)]);
  for (const path of gone) after.delete(path);
  return Object.fromEntries(after);
}

/** Whether a value that was read is a change. */
export function isStateChange(value: unknown): value is StateChange {
  return (
    isObject(value) &&
    isObject(value.set) &&
    Array.isArray(value.gone) &&
    value.gone.every((path) => typeof path === 'string')
  );
}
