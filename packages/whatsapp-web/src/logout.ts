import type { PageSignal } from '@wakey/core';
import type { Facts } from './facts.js';
import { isUnpaired, type Memory } from './memory.js';

/**
 * Returns the signal of a logout if no device is registered in this document and a logout was announced or commanded;
 * undefined otherwise. An announcement in an event or an address proves nothing alone. A device that is missing without
 * an announcement proves nothing either, because a page can lose its storage.
 */
export function logoutSignal(memory: Memory, facts: Facts): PageSignal | undefined {
  if (!provesAbsence(facts)) return undefined;
  const { isLoggingOut, hint } = memory;
  // A document that had a device and now has none contradicts itself, so the adapter waits for the next document.
  const isDoubtful = hint === undefined || memory.registeredIn === facts.document;
  if (!isLoggingOut && isDoubtful) return undefined;
  const code = hint?.code;
  if (code !== undefined && lockCodes.has(code)) return { type: 'blocked', by: 'ban' };
  const by = isLoggingOut ? 'us' : code !== undefined && pageCodes.has(code) ? 'page' : 'phone';
  return { type: 'logged-out', by, document: facts.document, ...(code === undefined ? {} : { code }) };
}

/**
 * Whether the document itself proves that no device is registered: it is WhatsApp's, it was served without an error,
 * all its parts have arrived, it has a connection to the service on which a device can be linked, and nothing in it
 * refers to a device. The caller has checked its origin.
 */
function provesAbsence(facts: Facts): boolean {
  const { kind, status, missing, me, hasSynced } = facts;
  const isWhole = kind === 'whatsapp' && status < 400 && missing.length === 0;
  return isWhole && isUnpaired(facts) && me === undefined && !hasSynced;
}

/** Reasons that mean that WhatsApp locked the account: no device of it stays linked. */
const lockCodes: ReadonlySet<string> = new Set(['account_locked', '3']);

/**
 * Reasons for which the page itself gives up a login. For every other reason the owner of the account ended the link.
 */
const pageCodes: ReadonlySet<string> = new Set([
  '0',
  '1',
  '2',
  'user_initiated',
  'syncd_failure',
  'invalid_adv_status',
  'critical_sync_timeout',
  'syncd_timeout',
  'history_sync_timeout',
  'account_sync_timeout',
  'client_version_outdated',
  'syncd_error_during_bootstrap',
  'account_sync_error',
  'storage_quota_exceeded',
  'missing_enc_salt',
  'missing_screen_lock_salt',
  'web_fail_add_chat',
  'web_fail_offline_resume',
  'web_fail_storage_initialization',
  'web_fail_enc_salt',
  'cache_storage_open_failed',
]);
