import { bubblePath, element, icon, lockPath } from './element.ts';

const chats = [
  ['Nan', 'Did you eat?', '09:41'],
  ['Allotment club', 'Moira: the beans are up', '09:12'],
  ['Dentist', 'See you on Thursday at 10.', 'Yesterday'],
  ['Book swap', 'Anyone for the Le Guin?', 'Yesterday'],
  ['Landlord', 'Photo', 'Monday'],
] as const;

/** Creates the main window: a list of chats and a place to read them. `status` stands above the list. */
export function mainWindow(pushname: string, status: HTMLElement): HTMLElement {
  const head = element('header', { class: 'side-head' }, element('h1', {}, 'WhatsApp'), element('span', {}, pushname));
  const search = element('div', { class: 'search' });
  search.append(
    element('div', {
      role: 'textbox',
      contenteditable: 'true',
      'aria-label': 'Search or start a new chat',
      'data-testid': 'chat-list-search',
    }),
  );
  const list = element(
    'div',
    { id: 'pane-side' },
    element('div', { role: 'grid', 'data-testid': 'chat-list' }, ...chats.map(row)),
  );
  const intro = element(
    'div',
    { class: 'intro-panel' },
    icon(bubblePath, 96, 'logo'),
    element('h1', {}, 'WhatsApp Web'),
    element('p', {}, 'These chats are placeholders: this page is a simulator.'),
    element('p', { class: 'small' }, icon(lockPath, 13, 'lock'), 'No message leaves this machine'),
  );
  return element(
    'div',
    { class: 'app two', tabindex: '-1' },
    element('div', { id: 'side' }, head, status, search, list),
    element('div', { id: 'main-slot' }, intro),
  );
}

function row([name, text, time]: readonly [string, string, string]): HTMLElement {
  return element(
    'div',
    { role: 'row', class: 'chat' },
    element('div', { class: 'face' }, name.slice(0, 1)),
    element('div', { class: 'chat-text' }, element('strong', {}, name), element('span', {}, text)),
    element('time', {}, time),
  );
}
