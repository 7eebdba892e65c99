import { SquallError } from '../core/squall-error.ts';
import type { Sighting } from '../metrics/sighting.ts';

/** A run that was refused before it began: exit code 4. */
export class RunRefused extends SquallError {
  override readonly name = 'RunRefused';
  readonly code: 'not-allowed' | 'does-not-fit' | 'no-answer';
  /** advice to the user */
  readonly fix: string;
  /** answers of the target that led to it; texts are cleaned and free of secrets */
  readonly seen: readonly Sighting[];

  constructor(code: RunRefused['code'], message: string, fix: string, seen: readonly Sighting[] = []) {
    super(message);
    this.code = code;
    this.fix = fix;
    this.seen = seen;
  }
}
