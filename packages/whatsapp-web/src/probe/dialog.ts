import type { Finder } from './finder.js';

/** Watches for a dialog that covers the page, and acknowledges a dialog that leaves no choice. */
export interface DialogReader {
  /** Returns the dialog that covers the page now. Acknowledges it if it has only one button to press. */
  read(): { readonly what: string; readonly isStuck: boolean } | undefined;
  /** Presses the only button. Returns false if there is no dialog or the dialog has several answers. */
  acknowledge(): boolean;
}

/** A dialog that stays after this many presses needs a person. */
const presses = 3;
const pressEveryMs = 1_000;

/** See {@link DialogReader}. */
export function readDialog(finder: Finder): DialogReader {
  let seen: Element | undefined;
  let pressed = 0;
  let pressedAt = 0;

  function press(dialog: Element): boolean {
    const button = onlyAnswer(dialog);
    if (button === undefined) return false;
    pressed += 1;
    pressedAt = performance.now();
    button.click();
    return true;
  }

  return {
    read() {
      const dialog = openDialog(finder);
      if (dialog !== seen) pressed = 0;
      seen = dialog;
      if (dialog === undefined) return undefined;
      const isRested = pressed === 0 || performance.now() - pressedAt >= pressEveryMs;
      const isStuck = onlyAnswer(dialog) === undefined || (pressed >= presses && isRested);
      if (!isStuck && isRested) press(dialog);
      return { what: nameOf(dialog), isStuck };
    },
    acknowledge() {
      const dialog = openDialog(finder);
      return dialog !== undefined && press(dialog);
    },
  };
}

function openDialog(finder: Finder): Element | undefined {
  const place = finder.first('dialog')?.place;
  if (place === undefined || !('selector' in place)) return undefined;
  return [...document.querySelectorAll(place.selector)].find((element) => element.checkVisibility());
}

/**
 * Returns the only button that answers the dialog, found by structure alone: a button with only an icon closes the
 * dialog, a button with words answers it. A dialog with two answers asks a question that a person must decide.
 */
function onlyAnswer(dialog: Element): HTMLElement | undefined {
  const buttons = [...dialog.querySelectorAll<HTMLElement>('button, [role="button"]')];
  const answers = buttons.filter(hasWords);
  if (answers.length > 1) return undefined;
  return answers[0] ?? (buttons.length === 1 ? buttons[0] : undefined);
}

function hasWords(button: Element): boolean {
  return [...button.childNodes].some((node) => {
    if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').trim() !== '';
    return node instanceof HTMLElement && hasWords(node);
  });
}

/** Returns a name for messages that contains no visible text of the page. */
function nameOf(dialog: Element): string {
  return (
    dialog.getAttribute('data-testid') ?? dialog.querySelector('[data-testid]')?.getAttribute('data-testid') ?? 'dialog'
  );
}
