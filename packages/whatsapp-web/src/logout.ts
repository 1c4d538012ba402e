import type { PageSignal } from '@wakey/core';
import type { Facts } from './facts.js';
import { isUnpaired, type Memory } from './memory.js';

/**
 * That no device is registered in this document, after a logout was announced or asked for. Undefined in every other case:
 * what a page announces in an event or an address proves nothing, and so does a device that is gone without a word, because
 * a page can lose what it keeps.
 */
export function logoutSignal(memory: Memory, facts: Facts): PageSignal | undefined {
  if (!provesAbsence(facts)) return undefined;
  const { isLoggingOut, hint } = memory;
  // A document that has had a device itself contradicts itself: the next one is asked.
  const isDoubtful = hint === undefined || memory.registeredIn === facts.document;
  if (!isLoggingOut && isDoubtful) return undefined;
  const code = hint?.code;
  if (code !== undefined && lockCodes.has(code)) return { type: 'blocked', by: 'ban' };
  const by = isLoggingOut ? 'us' : code !== undefined && pageCodes.has(code) ? 'page' : 'phone';
  return { type: 'logged-out', by, document: facts.document, ...(code === undefined ? {} : { code }) };
}

/**
 * Whether the document itself says that no device is registered: one that is known as WhatsApp's and was served without an
 * error, whose parts have all arrived, with a line to the service on which a device can be linked, and nothing that speaks of
 * a device. The caller has checked its origin.
 */
function provesAbsence(facts: Facts): boolean {
  const { kind, status, missing, me, hasSynced } = facts;
  const isWhole = kind === 'whatsapp' && status < 400 && missing.length === 0;
  return isWhole && isUnpaired(facts) && me === undefined && !hasSynced;
}

/** WhatsApp locked the account: no device of it stays linked. */
const lockCodes: ReadonlySet<string> = new Set(['account_locked', '3']);

/** Reasons for which the page itself gives up a login; what is not among them comes from the account's owner. */
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
