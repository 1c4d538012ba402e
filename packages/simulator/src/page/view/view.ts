import { element } from './element.ts';
import { type LandingContent, makeLanding } from './landing.ts';
import { mainWindow } from './main-window.ts';
import { codeEntryScreen, linkCodeScreen, loadingScreen, noticeScreen, whatsNewDialog } from './screens.ts';

/** Draws the document. Each method draws one state of the page; drawing the same state twice is harmless. */
export interface View {
  showStarting(): void;
  showQr(text: string): void;
  showIdleQr(refresh: () => void): void;
  showOfflineQr(): void;
  /** Shows a link code; with null, shows that the code has expired. No QR code is drawn while this screen is shown. */
  showLinkCode(code: string | null): void;
  showCodeEntry(submit: (code: string) => void): void;
  leaveLinkCode(): void;
  showPasskey(): void;
  showLinking(): void;
  showSyncing(percent: number): void;
  showMain(pushname: string): void;
  showConflict(takeover: () => void): void;
  showBlocked(name: string): void;
  showDialog(acknowledge: () => void): void;
}

/** See {@link View}. Parts named in `missing` are never drawn. */
export function makeView(app: HTMLElement, missing: readonly string[]): View {
  const landing = makeLanding(missing);
  const status = element('div', { class: 'sync-status' });
  let shown = '';
  let isCodeUp = false;

  // Put the content two elements deep, where clients look for the bar of the loading screen.
  function show(name: string, content: HTMLElement): void {
    if (name !== 'landing' || shown !== name) app.replaceChildren(element('div', { class: 'screen' }, content));
    shown = name;
  }

  function showLanding(content: LandingContent): void {
    if (isCodeUp) return;
    show('landing', landing.root);
    landing.show(content);
  }

  function showCode(screen: HTMLElement): void {
    isCodeUp = true;
    show('code', screen);
  }

  // Change the document regularly, as the real page does, because clients wait for changes.
  setInterval(() => {
    if (shown === 'landing') landing.root.setAttribute('data-pulse', String(Math.round(performance.now() / 1_000)));
  }, 1_000);

  return {
    showStarting: () => (shown === '' ? show('starting', loadingScreen('WhatsApp', undefined, missing)) : undefined),
    showQr: (text) => showLanding({ kind: 'qr', text }),
    showIdleQr: (refresh) => showLanding({ kind: 'idle', refresh }),
    showOfflineQr: () => showLanding({ kind: 'offline' }),
    showLinkCode: (code) => showCode(linkCodeScreen(code)),
    showCodeEntry: (submit) => showCode(codeEntryScreen(submit)),
    leaveLinkCode() {
      isCodeUp = false;
    },
    showPasskey: () => show('passkey', noticeScreen('passkey-request', 'Confirm with your passkey that it is you.')),
    showLinking: () => show('linking', loadingScreen('Linking this device', undefined, missing)),
    showSyncing(percent) {
      if (shown !== 'main') return show('loading', loadingScreen(`Loading your chats [${percent}%]`, percent, missing));
      const bar = element('progress', { max: '100', value: String(percent) });
      status.replaceChildren(...(percent < 100 && !missing.includes('progress') ? [bar] : []));
    },
    showMain(pushname) {
      if (missing.includes('main-view')) show('main', element('div', {}));
      else if (shown !== 'main') show('main', mainWindow(pushname, status));
    },
    showConflict(takeover) {
      const text = 'WhatsApp is open in another window. Click "Use here" to use it in this one.';
      show('conflict', noticeScreen('conflict', text, { text: 'Use here', run: takeover }));
    },
    showBlocked: (name) => show('blocked', noticeScreen(name, notices[name] ?? 'This page cannot be used just now.')),
    showDialog(acknowledge) {
      if (missing.includes('dialog')) return;
      document.querySelector('.cover')?.remove();
      app.append(whatsNewDialog(acknowledge));
    },
  };
}

const notices: Readonly<Record<string, string>> = {
  tos_block: 'Accept the new terms on your phone to go on.',
  deprecated_version: 'This version is too old. Update it to go on.',
  proxyblock: 'The network you are on is blocked.',
  'temporary-ban': 'This account is blocked for a while.',
};
