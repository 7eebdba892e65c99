import { SquallError } from '../core/squall-error.ts';

/** A baseline that cannot be used. The message names the file, the problem and the fix. */
export class BaselineError extends SquallError {
  override readonly name = 'BaselineError';
  readonly code = 'baseline-unusable';
}
