/** A threshold that cannot be understood. The message says what was found, what fits, and which name was near. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly code = 'ERR_EXPRESSION';
  /** where in the text the trouble starts, characters from 0 */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
