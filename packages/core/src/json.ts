/** The values that every driver passes between Node and a page unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The part of the platform's AbortSignal that the contracts need; any AbortSignal fits. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** How long a call may take and who may cancel it. */
export interface CallOptions {
  /** In ms. After it the call rejects with a WakeyError `timeout`. Each method names its default. */
  readonly timeout?: number;
  /** Aborting rejects the call with a WakeyError `aborted` whose cause is the signal's reason. */
  readonly signal?: CancelSignal;
}
