import { bubblePath, element, icon, lockPath, refreshPath } from './element.ts';
import { qrCanvas } from './qr-canvas.ts';

/** What the landing page shows in the place of the QR code. */
export type LandingContent =
  | { readonly kind: 'spinner' }
  | { readonly kind: 'qr'; readonly text: string }
  | { readonly kind: 'idle'; readonly refresh: () => void }
  | { readonly kind: 'offline' };

/** The landing page: instructions for linking, and the code. */
export interface Landing {
  readonly root: HTMLElement;
  show(content: LandingContent): void;
}

const steps = [
  'Open WhatsApp on your phone',
  'Go to Settings, then Linked devices',
  'Tap Link a device and point your phone at this screen',
];

/** See {@link Landing}. Parts named in `missing` are left out. */
export function makeLanding(missing: readonly string[]): Landing {
  const slot = element('div', { class: 'qr-slot' });
  const list = element('ol', { class: 'steps' }, ...steps.map((step) => element('li', {}, step)));
  const text = element('div', { class: 'steps-side' }, element('h1', {}, 'Steps to log in'), list);
  const card = element('div', { class: 'card' }, text, slot);
  const brand = element(
    'header',
    { class: 'brand' },
    icon(bubblePath, 30, 'logo'),
    element('span', {}, 'WhatsApp Web'),
  );
  const foot = element('footer', {}, icon(lockPath, 15, 'lock'), 'Simulated by Wakey. No message leaves this machine.');
  const wrapper = element('div', { class: 'landing-wrapper' }, brand, card, foot);
  let frame: HTMLElement | undefined;

  function show(content: LandingContent): void {
    if (content.kind === 'spinner') {
      frame = undefined;
      slot.replaceChildren(element('div', { class: 'spinner' }));
      return;
    }
    if (missing.includes('qr-ref')) {
      slot.replaceChildren(...(content.kind === 'qr' ? canvasOf(content.text) : []));
      return;
    }
    if (frame === undefined) {
      frame = element('div', { class: 'qr', 'data-testid': 'link-device-qr-code' });
      slot.replaceChildren(frame);
    }
    if (content.kind === 'qr') {
      frame.className = 'qr';
      frame.setAttribute('data-ref', content.text);
      frame.replaceChildren(...canvasOf(content.text), icon(bubblePath, 44, 'qr-logo'));
      return;
    }
    frame.className = 'qr faded';
    for (const old of frame.querySelectorAll('.overlay')) old.remove();
    frame.append(content.kind === 'idle' ? refreshButton(content.refresh) : offlineNote());
  }

  const canvasOf = (text: string): readonly HTMLElement[] => (missing.includes('qr-canvas') ? [] : [qrCanvas(text)]);

  function refreshButton(refresh: () => void): HTMLElement {
    if (missing.includes('refresh-button')) return element('span', { class: 'overlay' });
    const name = { class: 'overlay', type: 'button', 'aria-label': 'Reload QR code' };
    const button = element('button', name, icon(refreshPath, 42, 'refresh'));
    button.addEventListener('click', refresh);
    return button;
  }

  return { root: wrapper, show };
}

function offlineNote(): HTMLElement {
  return element('span', { class: 'overlay note' }, 'No connection');
}
