import { SquallError } from '../core/squall-error.ts';

/** A run that was refused before anything was sent to the target: exit code 4. */
export class RunRefused extends SquallError {
  override readonly name = 'RunRefused';
  readonly code: 'not-allowed' | 'does-not-fit' | 'no-answer';
  /** advice to the user */
  readonly fix: string;

  constructor(code: RunRefused['code'], message: string, fix: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}
