/** The part of fs-native-extensions that Wakey uses. The package has no types. */
declare module 'fs-native-extensions' {
  /** Locks the open file description behind `fd`; returns `false` if another one holds the lock. */
  export function tryLock(fd: number, options?: { readonly shared?: boolean }): boolean;
}
