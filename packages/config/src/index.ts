export { browserEnvironment } from './drivers/browser-environment.js';
export { loadDriver } from './drivers/load-driver.js';
export type { Origin } from './drivers/load-module.js';
export {
  amount,
  choice,
  count,
  duration,
  factor,
  flag,
  type Option,
  type OptionTable,
  type OptionValues,
  period,
  secretText,
  text,
  texts,
} from './options/option.js';
export { linkPolicy } from './options/policy.js';
export { type Environment, type Given, resolveOptions, variableOf } from './options/resolve.js';
export {
  browserOptions,
  linkOptions,
  pageOptions,
  placeOptions,
  sessionOptions,
  storeOptions,
} from './options/table.js';
export { WrongValue } from './options/wrong-value.js';
export {
  type OpenDriverOptions,
  type OpenPartsOptions,
  openDriver,
  openParts,
  type Parts,
} from './parts/open-parts.js';
export { type OpenStoreOptions, openPlainStore, openStore } from './stores/open-store.js';
export { type KeyValues, readKeys } from './stores/read-keys.js';
export { unreadable } from './unreadable.js';
export { UsageError } from './usage-error.js';
