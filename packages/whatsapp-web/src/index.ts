export { type WhatsappWebOptions, whatsappWeb } from './adapter.js';
export { type BlankSite, type BrowserExamination, examineBrowser } from './examine-browser.js';
export { type PagePart, pageParts } from './page-parts.js';
