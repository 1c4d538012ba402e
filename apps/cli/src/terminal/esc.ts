/** The character ESC, with which each control sequence of a terminal begins. */
export const ESC = '\u001b';
