import { bubblePath, element, icon, lockPath } from './element.ts';

/** Creates a screen with a logo, a line of text and a progress bar. */
export function loadingScreen(text: string, percent: number | undefined, missing: readonly string[]): HTMLElement {
  const bar = element('progress', { max: '100', ...(percent === undefined ? {} : { value: String(percent) }) });
  return element(
    'div',
    { class: 'loading', 'data-screen': 'loading' },
    element('div', { class: 'loading-logo' }, icon(bubblePath, 72, 'logo')),
    element('div', { class: 'loading-bar' }, ...(missing.includes('progress') ? [] : [bar])),
    element(
      'div',
      { class: 'loading-text' },
      element('strong', {}, text),
      element('span', { class: 'small' }, icon(lockPath, 13, 'lock'), 'End-to-end encrypted'),
    ),
  );
}

/** Creates a screen with one message and at most one button. */
export function noticeScreen(name: string, text: string, action?: { text: string; run: () => void }): HTMLElement {
  const screen = element(
    'div',
    { class: 'notice', 'data-testid': name },
    icon(bubblePath, 56, 'logo'),
    element('p', {}, text),
  );
  if (action !== undefined) {
    const button = element('div', { class: 'button', role: 'button', tabindex: '0' }, action.text);
    button.addEventListener('click', action.run);
    screen.append(button);
  }
  return screen;
}

/** Creates the screen of a link code; with null, the screen says that the code has expired. */
export function linkCodeScreen(code: string | null): HTMLElement {
  const letters = [...(code ?? '')].map((letter) => element('span', { class: 'letter' }, letter));
  letters.splice(4, 0, ...(code === null ? [] : [element('span', { class: 'dash' }, '–')]));
  const title = code === null ? 'This code has expired' : 'Enter this code on your phone';
  const box = element('div', { class: 'code', 'data-testid': 'link-device-phone-number-code' }, ...letters);
  if (code !== null) box.setAttribute('data-link-code', `${code.slice(0, 4)},${code.slice(4)}`);
  return element('div', { class: 'notice' }, icon(bubblePath, 40, 'logo'), element('h1', {}, title), box);
}

/** Creates the screen with a field for the code that the phone shows. */
export function codeEntryScreen(submit: (code: string) => void): HTMLElement {
  const field = element('input', { name: 'code', autocomplete: 'one-time-code', maxlength: '9' }) as HTMLInputElement;
  const form = element('form', { class: 'code-entry', 'data-testid': 'link-device-code-entry' }, field);
  form.append(element('button', { type: 'submit', class: 'button' }, 'Link'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(field.value);
  });
  return element(
    'div',
    { class: 'notice' },
    icon(bubblePath, 40, 'logo'),
    element('h1', {}, 'Enter the code your phone shows'),
    form,
  );
}

/** Creates the dialog that the user must acknowledge. */
export function whatsNewDialog(acknowledge: () => void): HTMLElement {
  const button = element('button', { type: 'button', class: 'button', 'data-testid': 'popup-controls-ok' }, 'Continue');
  const dialog = element(
    'div',
    { role: 'dialog', 'aria-modal': 'true', class: 'dialog', 'data-testid': 'whats-new-dialog' },
    element('h1', {}, "What's new"),
    element('p', {}, 'Some things work differently from today. Continue to keep this device linked.'),
    button,
  );
  const cover = element('div', { class: 'cover', 'data-animate-modal-popup': 'true' }, dialog);
  button.addEventListener('click', () => {
    cover.remove();
    acknowledge();
  });
  return cover;
}
