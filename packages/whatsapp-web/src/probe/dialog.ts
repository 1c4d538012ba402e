import type { Finder } from './finder.js';

/** Watches for a dialog over the page, and acknowledges one that leaves no choice. */
export interface DialogReader {
  /** What stands in the way now. Acknowledges it where there is only one thing to press. */
  read(): { readonly what: string; readonly isStuck: boolean } | undefined;
  /** Presses the one button. False when there is no dialog, or more than one way to answer it. */
  acknowledge(): boolean;
}

/** A dialog that is pressed this often and stays needs a person. */
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
 * The one button that answers the dialog, known by structure alone: a button that shows only an icon closes it, a button
 * with words answers it. With two answers it is a question, and not ours to decide.
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

/** A name for people that is no text of the page. */
function nameOf(dialog: Element): string {
  return (
    dialog.getAttribute('data-testid') ?? dialog.querySelector('[data-testid]')?.getAttribute('data-testid') ?? 'dialog'
  );
}
