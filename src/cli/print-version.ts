import { VERSION } from '../metrics/version.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { print } from './output.ts';

/** Prints the version without loading any verb. */
export function printVersion(): ExitCode {
  print(VERSION);
  return EXIT.pass;
}
