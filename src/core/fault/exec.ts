import { oneOf } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { list, object } from '../codec/object.ts';
import { duration, text } from '../codec/scalars.ts';
import { MAX_COMMAND_WORDS, MAX_PATH_CHARS, MAX_RUN_MS } from '../limits.ts';
import type { Plan } from './plan.ts';
import type { FaultSpec } from './spec.ts';

const line = text({
  maxChars: MAX_PATH_CHARS,
  pattern: /^\P{Cc}*\S\P{Cc}*$/u,
  right: 'write a command for the shell, or a list of words',
})
  .map<readonly string[]>(
    (shell) => ['/bin/sh', '-c', shell],
    (words) => words.at(-1) ?? '',
  )
  .printsWhen(() => false);

const words = list(text({ maxChars: MAX_PATH_CHARS, right: 'write text without line breaks' }), {
  max: MAX_COMMAND_WORDS,
  empty: 'no command — write the program and its arguments',
});

const fields = object({
  exec: oneOf(line, words)
    .as('command')
    .describe('a command of your own, run once: for the shell, or as a list of words'),
  timeout: duration({ zero: false, maxMs: MAX_RUN_MS })
    .as('timeoutMs')
    .default('60s')
    .describe('longest run of the command: it is then killed, and counts as missed'),
});

/** Runs a command of the user, and hits when it exits with 0. */
export interface ExecFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'exec';
}

export const exec = {
  fields,
  lasts: 'never',
  counts: 'draws',
  presets: [],
  label: ({ command }) => command.at(-1) ?? '',
  executor: () => ({ embedded: 'coordinator', url: 'coordinator' }),
  among: () => null,
  touches: () => [],
  unsupportedInSimulation: () => 'a command takes place in real time',
  needsConsent: ({ command }) => ({ command: command.join(' ') }),
} satisfies FaultSpec<ExecFault>;
