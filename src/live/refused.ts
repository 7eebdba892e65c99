import { SquallError } from '../core/squall-error.ts';

/** Why a run did not take place: exit code 4. Nothing was sent to the target. */
export class RunRefused extends SquallError {
  override readonly name = 'RunRefused';
  readonly code: 'not-allowed' | 'does-not-fit' | 'no-answer';
  /** what the user can do about it */
  readonly fix: string;

  constructor(code: RunRefused['code'], message: string, fix: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}
