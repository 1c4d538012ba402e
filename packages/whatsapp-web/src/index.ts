export { type WhatsappWebOptions, whatsappWeb } from './adapter.js';
export { type PagePart, pageParts } from './page-parts.js';
