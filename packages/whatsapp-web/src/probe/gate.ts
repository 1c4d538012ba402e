import { attempt, type PageWindow } from './page-window.js';
import { isRefusalText } from './table.js';

/** How many elements of the document are searched at most; the page of the refusal has few. */
const most = 300;
/** The longest text that counts, so that the data of a script or a whole page does not. */
const longest = 300;

/** Whether the document says that WhatsApp Web does not take this browser. */
export function refusesBrowser(page: PageWindow): boolean {
  const elements = attempt(() => Array.from(page.document.querySelectorAll('h1, h2, h3, p, div, span')).slice(0, most));
  return (elements ?? []).some(({ textContent }) => {
    const text = (textContent ?? '').trim();
    return text.length <= longest && isRefusalText(text);
  });
}
