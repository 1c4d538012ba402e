/** Blocks the whole page with a synchronous request that the server answers when the trouble is over. */
export function hangWhileTold(): void {
  const request = new XMLHttpRequest();
  request.open('GET', '/hang', false);
  try {
    request.send();
  } catch {
    // The server has closed the connection: the page continues.
  }
}
