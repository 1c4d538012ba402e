import type { IncomingMessage } from 'node:http';

/** The refusal of a call of the control API. The message says what is wrong and what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const largestBody = 8 * 1024 * 1024;

/** Reads the body of a call as a JSON object. */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody)
      throw new ControlError(413, 'too-large', 'The body is larger than 8 MB. Send a smaller one.');
    chunks.push(chunk);
  }
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError(400, 'not-an-object', 'The body must be a JSON object, such as {"qr": "2@…"}.');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Returns the named text fields of a body and refuses all other fields. A name that ends in `?` may be missing. */
export function textFields(body: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  const known = names.map((name) => name.replace('?', ''));
  for (const name of Object.keys(body)) {
    if (known.includes(name)) continue;
    throw new ControlError(
      400,
      'unknown-field',
      `This call has no field "${name}". The fields are: ${known.join(', ')}.`,
    );
  }
  const fields: Record<string, string> = {};
  for (const name of names) {
    const field = name.replace('?', '');
    const value = body[field];
    if (value === undefined && name.endsWith('?')) continue;
    if (typeof value !== 'string') throw new ControlError(400, 'wrong-field', `The field "${field}" must be a text.`);
    fields[field] = value;
  }
  return fields;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw new ControlError(400, 'bad-json', 'The body is not JSON. Check its quotes and brackets.');
  }
}
