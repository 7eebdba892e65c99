import type { Plan } from './plan.ts';
import type { FaultSpec } from './spec.ts';

/** The user's own command is run. It hits when it exits with 0. */
export interface ExecFault extends Plan {
  readonly kind: 'exec';
  /** the program and its arguments */
  readonly command: readonly string[];
  /** it is killed after this time, and has then missed */
  readonly timeoutMs: number;
}

export const exec: FaultSpec<ExecFault> = {
  lasts: 'never',
  counts: 'draws',
  survivesRestart: false,
  presets: [],
  label: ({ command }) => command.at(-1) ?? '',
  executor: () => ({ embedded: 'coordinator', url: 'coordinator' }),
  among: () => null,
  touches: () => [],
  unsupportedInSimulation: () => 'a command takes place in real time',
  needsConsent: ({ command }) => ({ command: command.join(' ') }),
};
