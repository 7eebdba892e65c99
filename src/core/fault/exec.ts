import type { Plan } from './plan.ts';

/** The user's own command is run. It hits when it exits with 0. */
export interface ExecFault extends Plan {
  readonly kind: 'exec';
  /** the program and its arguments */
  readonly command: readonly string[];
  /** it is killed after this time, and has then missed */
  readonly timeoutMs: number;
}
