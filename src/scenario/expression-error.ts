import { SquallError } from '../core/squall-error.ts';

/** A threshold that cannot be understood. The message says what was found, what fits, and which name was near. */
export class ExpressionError extends SquallError {
  override readonly name = 'ExpressionError';
  readonly code = 'expression-invalid';
  /** where in the text the trouble starts, characters from 0 */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
