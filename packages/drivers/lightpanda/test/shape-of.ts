/**
 * A value as plain text and lists, in which two objects are told from one that occurs twice: each object has a number, in the order
 * of the first visits. Equal shapes mean equal values.
 */
export function shapeOf(root: unknown): unknown {
  const numbers = new Map<object, number>();
  const shape = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) {
      return Object.is(value, -0) ? 'number -0' : `${typeof value} ${String(value)}`;
    }
    const known = numbers.get(value);
    if (known !== undefined) return `again ${known}`;
    numbers.set(value, numbers.size);
    return [Object.prototype.toString.call(value), ...content(value)];
  };
  const content = (value: object): readonly unknown[] => {
    if (value instanceof Map) return [...value].map(([key, member]) => [shape(key), shape(member)]);
    if (value instanceof Set) return [...value].map(shape);
    if (value instanceof Date) return [value.getTime()];
    if (value instanceof RegExp) return [String(value)];
    if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
    if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
    if (value instanceof Error) {
      return [value.constructor.name, value.name, value.message, 'cause' in value ? shape(value.cause) : 'no cause'];
    }
    if ([Number, String, Boolean, BigInt].some((box) => value instanceof box)) return [shape(value.valueOf())];
    return [
      Array.isArray(value) ? value.length : 'members',
      ...Object.entries(value).map(([key, member]) => [key, shape(member)]),
    ];
  };
  return shape(root);
}
