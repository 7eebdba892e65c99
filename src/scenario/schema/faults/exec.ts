import { z } from 'zod';
import type { ExecFault } from '../../../core/fault/exec.ts';
import { DEFAULTS } from '../../defaults.ts';
import { duration, text } from '../../scalar.ts';
import { MAX_COMMAND_WORDS, MAX_PATH_CHARS, MAX_RUN_MS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { list } from '../../object.ts';
import { printDuration } from '../../../core/units/duration.ts';
import { faultSection, planOf, printPlan, instantaneous } from './plan-keys.ts';

const argument = text({ maxChars: MAX_PATH_CHARS, right: 'write text without line breaks' });

const command = z.union([
  text({
    maxChars: MAX_PATH_CHARS,
    pattern: /^\P{Cc}*\S\P{Cc}*$/u,
    right: 'write a command for the shell, or a list of words',
  }).transform((line): readonly string[] => ['/bin/sh', '-c', line]),
  list(argument, MAX_COMMAND_WORDS)
    .min(1, { error: () => 'no command — write the program and its arguments' })
    .transform((words): readonly string[] => words),
]);

export const exec = faultSection(instantaneous, {
  exec: command.describe('a command of your own, run once: for the shell, or as a list of words'),
  timeout: duration({ zero: false, maxMs: MAX_RUN_MS })
    .prefault(DEFAULTS.exec.timeout)
    .describe('it is killed when it takes longer, and has then missed'),
}).transform((keys): ExecFault => ({ kind: 'exec', ...planOf(keys), command: keys.exec, timeoutMs: keys.timeout }));

export function printExec(fault: ExecFault): Printed {
  return { ...printPlan(fault, instantaneous), exec: fault.command, timeout: printDuration(fault.timeoutMs) };
}
