import { initialState, type Run, transition } from '@wakey/core';

const { state } = transition(initialState, { type: 'start', at: 0 });
if (state.name !== 'starting') throw new Error('a start leads to another state');

/** The data of a run that has no login and has shown one code. */
export const oneCode: Run = { ...state.run, hasLaunched: true, qrCodes: 1 };

/** The login of a session that a code has just linked. */
export const newLogin = { is: 'held', from: 'link', proof: 'none' } as const;
