import { RunRefused } from '../../live/refused.ts';
import { BaselineError } from '../../results/baseline-error.ts';
import { FolderError } from '../../results/folder-error.ts';
import { VERSION } from '../../metrics/version.ts';
import { ProtocolFailed } from '../../protocols/own/failure.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { Interrupted } from './interrupts.ts';
import { RunFailed } from './run-failed.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { shortageOf } from './shortage.ts';
import { UsageError } from './usage-error.ts';

/** Message and exit code for an error that ended a verb; an unforeseen error is a defect in squall. */
export function failureOf(error: unknown): { readonly message: string; readonly code: ExitCode } {
  if (error instanceof ScenarioError) return { message: error.message, code: EXIT.usage };
  if (error instanceof UsageError || error instanceof FolderError || error instanceof BaselineError) {
    return { message: `squall: ${error.message}`, code: EXIT.usage };
  }
  if (error instanceof ProtocolFailed) return { message: `squall: ${error.message}`, code: EXIT.usage };
  if (error instanceof RunRefused) return { message: `squall: ${error.message}: ${error.fix}`, code: EXIT.refused };
  if (error instanceof Interrupted) return { message: `squall: ${error.message}`, code: EXIT.interrupted };
  if (error instanceof RunFailed) {
    const { message, code } = failureOf(error.cause);
    return { message: `${message}\nWhat was measured until then: squall report ${error.dir}`, code };
  }
  const shortage = shortageOf(error);
  if (shortage !== null) return { message: `squall: ${shortage}`, code: EXIT.refused };
  return { message: defectText(error), code: EXIT.defect };
}

function defectText(error: unknown): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = `squall ${VERSION}, Node ${process.versions.node}, ${process.platform}`;
  const stack = process.env['SQUALL_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return [
    `squall: a defect in squall, not in your scenario: ${what}`,
    `Please report it with the command line and this line: ${where}`,
    `SQUALL_DEBUG=1 shows where it happened.${stack}`,
  ].join('\n');
}
