/**
 * Whether the tests run on each combination of driver, browser and version, as `pnpm proof matrix` does. Else they leave out what
 * another combination shows too.
 */
export function isWholeMatrix(): boolean {
  return process.env.WAKEY_TEST_MATRIX === 'whole';
}
