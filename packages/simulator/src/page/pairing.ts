import type { BackendMessage } from '../protocol.ts';
import { formatQr } from '../qr-text.ts';
import { firstRefMs, laterRefMs, refLapsesAfter } from '../timing.ts';
import { decodeB64, encodeB64 } from './bytes.ts';
import type { Kept, PageContext } from './context.ts';
import { setSocketState, setStream } from './models/models.ts';
import { hmac } from './storage/keys.ts';

/** How the user links the device. */
export type PairingType = 'QR_CODE' | 'ALT_DEVICE_LINKING' | 'SHORTCAKE_PASSKEY';

/** The part of the page that shows codes until the phone scans one. */
export interface PairingScreen {
  /** Shows the codes of a new batch one after the other. */
  begin(refs: readonly string[]): void;
  /** Draws the current code again, with the current secret. */
  redraw(): void;
  /** Stops showing codes. */
  end(): void;
  /** Shows no code, and the button that requests new codes. */
  goIdle(): void;
  setType(type: PairingType): void;
  type(): PairingType;
}

/** The kind of companion that this page reports: Chrome. */
export const devicePlatform = '1';

/** See {@link PairingScreen}. */
export function makePairingScreen(context: PageContext, kept: Kept): PairingScreen {
  const { models, view, clock, settings } = context;
  const { keys, prefs } = kept;
  let cancel = (): void => undefined;
  let type: PairingType = 'QR_CODE';

  function qrOf(ref: string): string {
    return formatQr(
      {
        ref,
        noiseKey: encodeB64(keys.noise.staticKeyPair.pubKey),
        identityKey: encodeB64(keys.registration.identityKeyPair.pubKey),
        // While a link code is used there is no secret; the real page then writes `null` into its QR code.
        advSecret: String(prefs.advSecret()),
        platform: devicePlatform,
      },
      settings.qrForm,
    );
  }

  function show(refs: readonly string[], index: number, startedAt: number): void {
    const ref = refs[index];
    if (ref === undefined) {
      goIdle();
      return;
    }
    // Update the document first, then the model, then the state: clients read one of them when another changes.
    view.showQr(qrOf(ref));
    // In real time of the page, like every time that clients read.
    models.conn.set({ ref, refTTL: (index === 0 ? firstRefMs : laterRefMs) / settings.speed });
    setSocketState(models, 'UNPAIRED');
    setStream(models, 'QR', 'NORMAL');
    const passed = (performance.now() - startedAt) * settings.speed;
    cancel = clock.after(refLapsesAfter(index) - passed, () => show(refs, index + 1, startedAt));
  }

  function goIdle(): void {
    view.showIdleQr(() => models.bus.triggerRefreshQR());
    setSocketState(models, 'UNPAIRED_IDLE');
  }

  return {
    begin(refs) {
      cancel();
      if (type === 'QR_CODE') prefs.newAdvSecret();
      show(refs, 0, performance.now());
    },
    redraw() {
      const { ref, connected } = models.conn;
      if (ref === undefined || connected) return;
      if (models.socket.state === 'UNPAIRED') view.showQr(qrOf(ref));
      else if (models.socket.state === 'UNPAIRED_IDLE') goIdle();
    },
    end: () => cancel(),
    goIdle,
    setType(next) {
      type = next;
    },
    type: () => type,
  };
}

/** Whether the phone that links this page knows the secret of the code that the page shows. */
export async function isOurs(kept: Kept, message: Extract<BackendMessage, { type: 'pair-success' }>): Promise<boolean> {
  const secret = kept.prefs.advSecret();
  if (secret === null) return false;
  return encodeB64(await hmac(decodeB64(secret), decodeB64(message.identity))) === message.hmac;
}
