import { once } from 'node:events';

/** A page that the owner of a browser drives by the protocol alone, while a driver is attached to the same browser. */
export interface OwnersPage {
  /** Opens an address, and resolves once the page shows a dialog. */
  openDialog(url: string): Promise<void>;
  /** Answers the dialog that is open. */
  answer(text: string): Promise<void>;
  close(): void;
}

/** Opens a page in a browser whose list of pages is at `host`. */
export async function openOwnersPage(host: string): Promise<OwnersPage> {
  const made = await (await fetch(`http://${host}/json/new?about:blank`, { method: 'PUT' })).json();
  const { webSocketDebuggerUrl } = made as { readonly webSocketDebuggerUrl: string };
  const socket = new WebSocket(webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map<number, () => void>();
  let last = 0;
  let onDialog: () => void = () => undefined;
  socket.onmessage = ({ data }) => {
    const { id, method } = JSON.parse(String(data));
    waiting.get(id)?.();
    if (method === 'Page.javascriptDialogOpening') onDialog();
  };
  const closed = once(socket, 'close').then(() => {
    throw new Error('the page of the owner was closed');
  });
  // An error matters only to the caller that waits for an answer.
  closed.catch(() => undefined);
  const send = (method: string, params: object = {}) => {
    last += 1;
    const id = last;
    const answered = new Promise<void>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    return Promise.race([answered, closed]);
  };
  await send('Page.enable');
  return {
    async openDialog(url) {
      const asked = new Promise<void>((resolve) => {
        onDialog = resolve;
      });
      await send('Page.navigate', { url });
      await Promise.race([asked, closed]);
    },
    answer: (promptText) => send('Page.handleJavaScriptDialog', { accept: true, promptText }),
    close: () => socket.close(),
  };
}
