import { SquallError } from '../core/squall-error.ts';

/** An invalid threshold. The message has the text found, what fits, and a similar name. */
export class ExpressionError extends SquallError {
  override readonly name = 'ExpressionError';
  readonly code = 'expression-invalid';
  /** the position of the error in the text, characters from 0 */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
