/** The value of an option is wrong. The message says which value is right, with an example. */
export class WrongValue extends Error {
  override readonly name = 'WrongValue';
}
