export { chromiumDriver } from './chromium-driver.js';
export { type ForeignChromium, findForeignProfiles } from './foreign/foreign-profiles.js';
export type { ChromiumConnection, ChromiumLibrary, LibraryPage, ProtocolSession } from './library.js';
export type { MessagePipe } from './pipe.js';
export { chromiumProfile } from './profile/chromium-profile.js';
