import type { Run } from '@wakey/core';

/** The data of a run that has no login and has shown one code. */
export const oneCode: Run = {
  method: { by: 'qr' },
  login: { is: 'none' },
  canRestore: false,
  hasLaunched: true,
  why: 'first-link',
  qrCodes: 1,
  linkCodes: 0,
  attempt: 0,
  crashes: 0,
  stalls: 0,
  rounds: 0,
  cutOffSince: null,
  takeovers: 0,
};

/** The login of a session that a code has just linked. */
export const newLogin = { is: 'held', from: 'link', proof: 'none' } as const;
