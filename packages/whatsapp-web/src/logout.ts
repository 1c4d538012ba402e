import type { PageSignal } from '@wakey/core';
import type { Facts } from './facts.js';
import { isUnpaired, type Memory } from './memory.js';

/** That the link is gone, and why; undefined while it is not. */
export function logoutSignal(memory: Memory, facts: Facts): PageSignal | undefined {
  // An event of the page or its address after a logout. That a device which was there is gone proves an unlink only where
  // we have asked for it: a page can lose what it keeps as well, and then what was kept elsewhere brings it back.
  const isDone = memory.isLoggingOut && memory.wasRegistered && isUnpaired(facts);
  if (facts.logout === undefined && !isDone) return undefined;
  const code = facts.logout?.code;
  if (code !== undefined && lockCodes.has(code)) return { type: 'blocked', by: 'ban' };
  const by = memory.isLoggingOut ? 'us' : code !== undefined && pageCodes.has(code) ? 'page' : 'phone';
  return { type: 'logged-out', by, ...(code === undefined ? {} : { code }) };
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
