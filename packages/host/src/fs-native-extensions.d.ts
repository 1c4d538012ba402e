/** The part of fs-native-extensions that we use; it ships no types. */
declare module 'fs-native-extensions' {
  /** Takes the lock of the open file description behind `fd`, or gives `false` when another one holds it. */
  export function tryLock(fd: number, options?: { readonly shared?: boolean }): boolean;
}
