import { VERSION } from '../metrics/version.ts';
import { EXIT, type ExitCode } from './terminal/exit-code.ts';
import { print } from './terminal/output.ts';

/** Prints the version without loading any verb. */
export function printVersion(): ExitCode {
  print(VERSION);
  return EXIT.pass;
}
