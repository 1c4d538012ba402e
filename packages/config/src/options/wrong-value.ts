/** A value that does not fit: what would fit, with an example. */
export class WrongValue extends Error {
  override readonly name = 'WrongValue';
}
