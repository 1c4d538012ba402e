export { chromiumDriver } from './chromium-driver.js';
export type { ChromiumConnection, ChromiumLibrary, LibraryPage, ProtocolSession } from './library.js';
export type { MessagePipe } from './pipe.js';
