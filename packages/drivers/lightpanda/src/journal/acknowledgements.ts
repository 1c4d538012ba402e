import type { RawSession } from '../session.js';

/** Tells documents which of their groups are on the disk. */
export interface Acknowledgements {
  /** The group `number` of a document, or of its worker, and those before it. Calls in a row become one message to each of them. */
  tell(context: number, group: Group): void;
}

/** A group of changes that a document waits for. */
export interface Group {
  /** The random name of the document, or of its worker. */
  readonly document: string;
  readonly number: string;
}

/** `name`: that of the function in each document. `onLost` gets the error if a document that is there could not be told. */
export function openAcknowledgements(
  session: Pick<RawSession, 'ask'>,
  name: string,
  onLost: (error: unknown) => void,
): Acknowledgements {
  const due = new Map<string, { readonly context: number; readonly group: Group }>();
  const tellOne = async (contextId: number, { document, number }: Group) => {
    try {
      // Absent: the number of this context belongs to another document by now.
      const expression = `globalThis.${name}?.("${document}", ${number})`;
      const { exceptionDetails } = await session.ask('Runtime.evaluate', { expression, contextId });
      if (exceptionDetails !== undefined) onLost(untold());
    } catch (error) {
      if (!(error instanceof Error && GONE.test(error.message))) onLost(untold(error));
    }
  };
  const send = () => {
    const all = [...due.values()];
    due.clear();
    for (const { context, group } of all) void tellOne(context, group);
  };
  return {
    tell(context, group) {
      if (due.size === 0) queueMicrotask(send);
      due.set(`${context} ${group.document}`, { context, group });
    },
  };
}

/** The document, its page or the browser is gone, and nothing waits there any more. */
const GONE =
  /session closed|cannot find (default execution )?context|uniqueContextId not found|Execution was terminated/i;

/** Without the details of the page, which may contain its data. */
function untold(cause?: unknown): Error {
  return new Error('the page could not be told that its changes are on the disk', { cause });
}
