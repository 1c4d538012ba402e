export { type WhatsappWebOptions, whatsappWeb } from './adapter.js';
