export { playwrightDriver } from './playwright-driver.js';
