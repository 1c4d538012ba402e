import type { PairingType } from '../pairing.ts';
import type { ModuleParts, ModuleTable } from './parts.ts';

/** The modules for linking by code and for new QR codes. */
export function linkModules({ context, ready, life }: ModuleParts): ModuleTable {
  const { models } = context;

  async function initializeAltDeviceLinking(): Promise<void> {
    const { linkCode } = await ready;
    await linkCode.initialize();
  }

  async function startAltLinkingFlow(phone: string, _showPushNotification?: boolean): Promise<string | null> {
    const { linkCode } = await ready;
    return linkCode.start(String(phone));
  }

  async function initializeQRLinking(): Promise<void> {
    const { linkCode } = await ready;
    linkCode.backToQr();
  }

  async function setPairingType(type: PairingType): Promise<void> {
    const { pairing } = await ready;
    pairing.setType(type);
  }

  const pairingTypes = {
    QR_CODE: 'QR_CODE',
    ALT_DEVICE_LINKING: 'ALT_DEVICE_LINKING',
    SHORTCAKE_PASSKEY: 'SHORTCAKE_PASSKEY',
  };

  return {
    WAWebPairingType: () => ({ PairingType: pairingTypes }),
    WAWebAltDeviceLinkingApi: () => ({
      PairingType: pairingTypes,
      AltPairingStage: {
        NotStarted: 'NotStarted',
        Initialized: 'Initialized',
        AfterSendCompanionHello: 'AfterSendCompanionHello',
        AfterSendCompanionFinish: 'AfterSendCompanionFinish',
      },
      setPairingType,
      getPairingType: () => life()?.pairing.type() ?? 'QR_CODE',
      getCurrentRef: () => models.conn.ref,
      getCurrentHelloCached: () => life()?.linkCode.stage() !== 'NotStarted',
      initializeAltDeviceLinking,
      initializeQRLinking,
      startAltLinkingFlow,
    }),
    WAWebLinkDeviceAction: () => ({
      async genLinkDeviceCodeForPhoneNumber(phone: string, push?: boolean) {
        const { pairing, linkCode } = await ready;
        pairing.setType('ALT_DEVICE_LINKING');
        // A second code on the same screen restarts the flow.
        if (linkCode.stage() !== 'Initialized') await linkCode.initialize();
        return startAltLinkingFlow(phone, push);
      },
      async resetLinkDeviceState({ linkDeviceMethod }: { linkDeviceMethod: PairingType }) {
        const { pairing } = await ready;
        if (linkDeviceMethod === 'QR_CODE') return initializeQRLinking();
        pairing.setType(linkDeviceMethod);
        await initializeAltDeviceLinking();
      },
    }),
    WAWebLinkDeviceEvents: () => ({ WAWebLinkDeviceEvents: models.linkEvents }),
    WAWebLinkDeviceCodeEntry: () => ({
      isCodeEntryAwaited: () => life()?.linkCode.awaitsEntry() ?? false,
      submitLinkCode: async (code: string) => (await ready).linkCode.submit(code),
    }),
    WAWebLaunchSocketUtils: () => ({
      refreshQR: () => life()?.session.refreshQr(),
    }),
  };
}
