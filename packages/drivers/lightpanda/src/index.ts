export type { LightpandaPage } from './connection.js';
export { lightpandaProfile } from './journal/profile-format.js';
export { lightpandaDriver } from './lightpanda-driver.js';
