export { puppeteerDriver } from './puppeteer-driver.js';
