/** Stops the whole page: a synchronous request that the server answers when the trouble is over. */
export function hangWhileTold(): void {
  const request = new XMLHttpRequest();
  request.open('GET', '/hang', false);
  try {
    request.send();
  } catch {
    // The server went away: nothing holds the page any longer.
  }
}
