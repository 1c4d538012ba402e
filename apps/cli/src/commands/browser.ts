export { browserInstall } from './browser-install.js';
export { browserList } from './browser-list.js';
