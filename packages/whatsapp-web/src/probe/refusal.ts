/** Thrown by a command that the page cannot take. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly why: 'incompatible' | 'refused';
  /** For `incompatible`: the parts that the page lacks. */
  readonly missing: readonly string[];

  constructor(why: 'incompatible' | 'refused', detail: string | readonly string[]) {
    super(typeof detail === 'string' ? detail : detail.join(', '));
    this.why = why;
    this.missing = typeof detail === 'string' ? [] : detail;
  }
}
