import { linkCodeMs } from '../timing.ts';
import { encodeB64, randomBytes } from './bytes.ts';
import type { Kept, PageContext } from './context.ts';
import { devicePlatform, type PairingScreen } from './pairing.ts';
import { sealWithCode } from './storage/keys.ts';

/** The stage of a link-code flow. */
export type AltPairingStage = 'NotStarted' | 'Initialized' | 'AfterSendCompanionHello' | 'AfterSendCompanionFinish';

/** Linking by link code instead of QR code. */
export interface LinkCodeFlow {
  readonly publicKeys: { readonly noiseKey: string; readonly identityKey: string };
  stage(): AltPairingStage;
  initialize(): Promise<void>;
  /**
   * Requests linking by code and returns the code to type on the phone. Returns null if the phone shows the code, which
   * `submit` then takes. Rejects with the server's error object.
   */
  start(phone: string): Promise<string | null>;
  /** Tries the code that the phone shows. */
  submit(code: string): Promise<void>;
  /** Whether the page waits for the code that the phone shows. */
  awaitsEntry(): boolean;
  backToQr(): void;
  primaryHello(): void;
  refused(reason: string): void;
  /** Call it when the connection is lost: the code that was requested on it is lost too. */
  lost(): void;
  end(): void;
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';

/** See {@link LinkCodeFlow}. */
export function makeLinkCodeFlow(context: PageContext, kept: Kept, pairing: PairingScreen): LinkCodeFlow {
  const { models, view, clock, line, settings } = context;
  const { keys, prefs } = kept;
  const publicKeys = {
    noiseKey: encodeB64(keys.noise.staticKeyPair.pubKey),
    identityKey: encodeB64(keys.registration.identityKeyPair.pubKey),
  };
  let stage: AltPairingStage = 'NotStarted';
  let secret = '';
  let entryFor: string | undefined;
  let cancelExpiry = (): void => undefined;

  function hello(phone: string, code: string): Promise<unknown> {
    secret = encodeB64(randomBytes(32));
    const companion = { ref: '', ...publicKeys, advSecret: secret, platform: devicePlatform };
    return sealWithCode(code, JSON.stringify(companion)).then((sealed) =>
      line.ask((id) => ({ type: 'companion-hello', id, phone, ...sealed })),
    );
  }

  async function start(phone: string): Promise<string | null> {
    if (stage !== 'Initialized') throw new Error(`startAltLinkingFlow: stage is ${stage}`);
    if (!line.isOpen()) throw { type: { name: 'SocketClosed', value: { text: 'socket-closed', code: 499 } } };
    if (settings.linkCodeShownOn === 'phone') return startEntry(phone);
    const code = makeCode();
    await hello(phone, code);
    stage = 'AfterSendCompanionHello';
    view.showLinkCode(code);
    cancelExpiry();
    cancelExpiry = clock.after(linkCodeMs, () => {
      view.showLinkCode(null);
      stage = 'Initialized';
      models.linkEvents.trigger('link_device_events:force_manual_refresh');
    });
    return code;
  }

  async function startEntry(phone: string): Promise<null> {
    await line.ask((id) => ({ type: 'ask-phone-code', id, phone }));
    stage = 'AfterSendCompanionHello';
    entryFor = phone;
    view.showCodeEntry((code) => void submit(code).catch(() => undefined));
    models.linkEvents.trigger('link_device_events:code_entry_requested');
    return null;
  }

  async function submit(code: string): Promise<void> {
    if (entryFor === undefined) throw new Error('The page does not wait for a link code.');
    const entered = hello(entryFor, code.toUpperCase().replace(/[\s-]/g, ''));
    // The phone verifies the code before it answers; the page then uses the new secret to verify the answer.
    prefs.setAdvSecret(secret);
    await entered.catch((error: unknown) => {
      prefs.dropAdvSecret();
      throw error;
    });
  }

  function end(): void {
    cancelExpiry();
    stage = 'NotStarted';
    entryFor = undefined;
  }

  return {
    publicKeys,
    stage: () => stage,
    async initialize() {
      end();
      prefs.dropAdvSecret();
      stage = 'Initialized';
    },
    start,
    submit,
    awaitsEntry: () => entryFor !== undefined,
    backToQr() {
      end();
      line.send({ type: 'cancel-code' });
      pairing.setType('QR_CODE');
      prefs.newAdvSecret();
      view.leaveLinkCode();
      pairing.redraw();
    },
    primaryHello() {
      prefs.setAdvSecret(secret);
      stage = 'AfterSendCompanionFinish';
      models.linkEvents.trigger('link_device_events:primary_hello_received');
    },
    refused(reason) {
      cancelExpiry();
      stage = 'Initialized';
      prefs.dropAdvSecret();
      view.showLinkCode(null);
      const event = reason === 'too-many-attempts' ? 'refresh_alt_linking_code' : 'error_alt_linking';
      models.linkEvents.trigger(`link_device_events:${event}`, { reason });
    },
    lost() {
      if (stage !== 'AfterSendCompanionHello') return;
      end();
      view.showLinkCode(null);
      models.linkEvents.trigger('link_device_events:force_manual_refresh');
    },
    end,
  };
}

/** Creates a code of eight characters from 40 random bits. */
function makeCode(): string {
  let bits = 0n;
  for (const byte of randomBytes(5)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: 8 }, (_, index) => alphabet[Number((bits >> BigInt(35 - 5 * index)) & 31n)]).join('');
}
