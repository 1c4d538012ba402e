export type { PatchName } from './capabilities.js';
export type { LightpandaPage } from './connection.js';
export { type LightpandaOptions, lightpandaDriver } from './lightpanda-driver.js';
