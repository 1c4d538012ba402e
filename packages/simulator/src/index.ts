export type { Account, Device } from './backend/accounts.ts';
export type { Passkey } from './backend/passkeys.ts';
export type { SimulatorClock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { JournalEntry, WaitOptions } from './journal.ts';
export type { LinkedDevice, LinkResult, Phone, PhoneOptions, PhoneRefusal } from './phone/phone.ts';
export { formatQr, parseQr, type QrFields } from './qr-text.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
export { type Trouble, type Troubles, troubleNames, troubleTable } from './troubles.ts';
