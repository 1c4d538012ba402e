import type { Prekey, Refusal, SealedMessage } from './ratchet/header.ts';
import type { Holding, ToldCommit } from './ratchet/holding.ts';

/** The two public keys that identify a companion device, in base64. */
export interface DeviceKeys {
  readonly noiseKey: string;
  readonly identityKey: string;
}

/** What the service tells a device about its account. */
export interface Me {
  /** Id of the device: `<number>:<device>@c.us`. */
  readonly device: string;
  /** Id of the account: `<number>@c.us`. */
  readonly wid: string;
  /** Hidden id of the account: `<digits>@lid`. */
  readonly lid: string;
  readonly pushname: string;
  /** Kind of the phone: `android`, `iphone`, … */
  readonly platform: string;
}

/** The reason for which the backend ends a stream or refuses a login. */
export type StreamError =
  | { readonly kind: 'restart' }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'device-removed' }
  | { readonly kind: 'unknown-device' }
  | { readonly kind: 'banned' }
  | ({ readonly kind: 'temporarily-banned' } & BanNotice)
  | ({ readonly kind: 'locked' } & LockNotice)
  | { readonly kind: 'terms' }
  | { readonly kind: 'outdated' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'proxy-blocked' };

/** What the service sends about a temporary ban. */
export interface BanNotice {
  /** WhatsApp's number of the reason: 101 is messages to too many people. */
  readonly code: number;
  readonly message: string;
  readonly url: string;
  /** Seconds until the ban ends. */
  readonly expire: number;
}

/** The text that the page shows after the logout of a locked account. */
export interface LockNotice {
  readonly header: string;
  readonly subtext: string;
}

/** An error of the link-code flow, in the server's words. */
export interface ServerError {
  readonly code: number;
  readonly text: string;
  /** Seconds to wait before the next request, if the server sends them. */
  readonly backoff?: number;
}

/** The companion's part of a link code: its keys, encrypted with the code that it shows. All fields are base64. */
export interface SealedHello {
  readonly salt: string;
  readonly iv: string;
  readonly box: string;
}

/** Standard request options of a passkey assertion, in the JSON form of WebAuthn level 3. */
export interface PasskeyRequest {
  readonly challenge: string;
  readonly rpId: string;
  readonly timeout: number;
  readonly userVerification: 'required' | 'preferred' | 'discouraged';
  readonly allowCredentials: readonly { readonly type: 'public-key'; readonly id: string }[];
}

/** A passkey assertion, in the JSON form of WebAuthn level 3; binary fields base64url. */
export interface PasskeyAssertion {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string | null;
  };
}

/** The restrictions of an account that is not banned; absent means none. Forms and units are the service's. */
export interface Restrictions {
  /** The account may not write to people who have not written first. The end is in seconds since the epoch. */
  readonly timeLock?: { readonly enforcement_type: string; readonly time_enforcement_ends: string };
  /** How many chats with new people the account may start in a cycle. */
  readonly capping?: {
    readonly capping_status: 'FIRST_WARNING' | 'SECOND_WARNING' | 'CAPPED';
    readonly total_quota: number;
    readonly used_quota: number;
    readonly cycle_start_timestamp: number;
    readonly cycle_end_timestamp: number;
    readonly server_sent_timestamp: number;
    readonly ote_status: string;
    readonly mv_status: string;
  };
}

/** A message from the page to the backend. */
export type PageMessage =
  | ({
      readonly type: 'hello';
      readonly version: string;
      readonly registrationId: number;
      readonly device?: string;
      /** The number that the service gave the page's state at its last login. */
      readonly state?: number;
    } & DeviceKeys)
  | { readonly type: 'proof'; readonly noise: string; readonly identity: string }
  | { readonly type: 'pair-accepted' }
  | { readonly type: 'pair-refused'; readonly reason: string }
  | ({ readonly type: 'companion-hello'; readonly id: number; readonly phone: string } & SealedHello)
  | { readonly type: 'cancel-code' }
  | { readonly type: 'ask-phone-code'; readonly id: number; readonly phone: string }
  | { readonly type: 'passkey-answer'; readonly assertion: PasskeyAssertion }
  | { readonly type: 'passkey-refused'; readonly name: string; readonly message: string }
  | { readonly type: 'dialog-seen'; readonly dialog: string }
  | { readonly type: 'unpair'; readonly id: number }
  | { readonly type: 'query'; readonly id: number; readonly what: string }
  | { readonly type: 'holding'; readonly id: number; readonly holding: Holding }
  | { readonly type: 'message'; readonly to: string; readonly commit: ToldCommit; readonly message: SealedMessage }
  | { readonly type: 'receipt'; readonly of: string; readonly commit: ToldCommit }
  | { readonly type: 'message-refused'; readonly of: string; readonly reason: Refusal }
  | { readonly type: 'cannot-write'; readonly to: string }
  | { readonly type: 'prekeys'; readonly keys: readonly Prekey[] }
  | { readonly type: 'storage-failed'; readonly reason: string };

/** A message from the backend to the page. */
export type BackendMessage =
  | { readonly type: 'challenge'; readonly key: string; readonly nonce: string }
  | { readonly type: 'pair-device'; readonly refs: readonly string[] }
  | { readonly type: 'pair-success'; readonly me: Me; readonly identity: string; readonly hmac: string }
  | { readonly type: 'rotate-secret' }
  | { readonly type: 'success'; readonly me: Me; readonly state: number }
  | { readonly type: 'stream-error'; readonly error: StreamError }
  | { readonly type: 'sync'; readonly percent: number; readonly done: boolean; readonly messages: number }
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly ok: false; readonly error: ServerError }
  | { readonly type: 'primary-hello' }
  | { readonly type: 'code-refused'; readonly reason: string }
  | { readonly type: 'passkey-request'; readonly options: PasskeyRequest }
  | { readonly type: 'dialog'; readonly dialog: string }
  | { readonly type: 'restrictions'; readonly restrictions: Restrictions }
  | { readonly type: 'troubles'; readonly troubles: PageTroubles }
  | {
      readonly type: 'message';
      readonly from: string;
      /** The member who wrote it, in a group. */
      readonly author?: string;
      readonly message: SealedMessage;
      /** Length of the answer that the page writes, in bytes; without it, the page does not answer. */
      readonly answer?: number;
    }
  | { readonly type: 'write'; readonly to: string; readonly bytes: number }
  | { readonly type: 'want-prekeys'; readonly count: number };

/** The troubles that the page itself acts out; a part of the table in troubles.ts. */
export interface PageTroubles {
  readonly missingModules: readonly string[];
  readonly missingDocumentParts: readonly string[];
  readonly lostEvents: readonly string[];
  readonly debug: 'on-time' | 'late' | 'never';
  readonly zombie: boolean;
  readonly screenLocked: boolean;
  readonly keepLogoutParameters: boolean;
  readonly eventNames: 'bridge' | 'both';
  readonly replaced: 'conflict' | 'stopped';
  readonly outdatedForm: 'state' | 'stopped' | 'reload';
  readonly meByLid: boolean;
  readonly hang: boolean;
  readonly falseLogoutEvent: boolean;
  readonly falseLogoutAddress: boolean;
}

/** The settings that the document passes to its scripts. */
export interface PageSettings {
  readonly version: string;
  readonly speed: number;
  readonly qrForm: 'plain' | 'prefix' | 'suffix';
  readonly linkCodeShownOn: 'companion' | 'phone';
  /** Whether the modules come from scripts that the document loads; otherwise the document contains them. */
  readonly awaitsScripts: boolean;
  readonly troubles: PageTroubles;
}
