export { checkBundle } from './check.js';
export type { BundleLimits } from './limits.js';
export { type LoginFacts, loginChecks, loginFactsOf } from './login-facts.js';
export { type BundleManifest, currentFormat } from './manifest.js';
export { type PackOptions, packBundle } from './pack.js';
export { type ReadBundleOptions, type UnpackOptions, unpackBundle } from './unpack.js';
