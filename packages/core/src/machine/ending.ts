/** Every way a session ends. Each is described, with what to do about it, in `reason.ts`. */
export type EndReason =
  | 'logged-out-by-phone'
  | 'logged-out-by-us'
  | 'logged-out-by-page'
  | 'logout-unconfirmed'
  | 'replaced'
  | 'banned'
  | 'terms-of-service'
  | 'client-outdated'
  | 'network-blocked'
  | 'page-incompatible'
  | 'page-unreachable'
  | 'page-foreign'
  | 'page-stuck'
  | 'browser-unavailable'
  | 'browser-failed'
  | 'browser-unsuitable'
  | 'browser-older'
  | 'browser-unkillable'
  | 'crash-loop'
  | 'session-in-use'
  | 'session-unreadable'
  | 'lease-lost'
  | 'qr-exhausted'
  | 'link-codes-exhausted'
  | 'link-rejected'
  | 'wrong-phone-number'
  | 'too-many-devices'
  | 'rate-limited'
  | 'passkey-refused'
  | 'passkey-timeout'
  | 'action-not-taken';

/** What an ending does to the credentials. Only a confirmed unlink or a command erases them. */
export const credentialsAfter: { readonly [R in EndReason]: 'erased' | 'kept' } = {
  'logged-out-by-phone': 'erased',
  'logged-out-by-us': 'erased',
  'logged-out-by-page': 'erased',
  'logout-unconfirmed': 'kept',
  replaced: 'kept',
  banned: 'kept',
  'terms-of-service': 'kept',
  'client-outdated': 'kept',
  'network-blocked': 'kept',
  'page-incompatible': 'kept',
  'page-unreachable': 'kept',
  'page-foreign': 'kept',
  'page-stuck': 'kept',
  'browser-unavailable': 'kept',
  'browser-failed': 'kept',
  'browser-unsuitable': 'kept',
  'browser-older': 'kept',
  'browser-unkillable': 'kept',
  'crash-loop': 'kept',
  'session-in-use': 'kept',
  'session-unreadable': 'kept',
  'lease-lost': 'kept',
  'qr-exhausted': 'kept',
  'link-codes-exhausted': 'kept',
  'link-rejected': 'kept',
  'wrong-phone-number': 'kept',
  'too-many-devices': 'kept',
  'rate-limited': 'kept',
  'passkey-refused': 'kept',
  'passkey-timeout': 'kept',
  'action-not-taken': 'kept',
};
