import { EXIT } from './exit-code.ts';

/** Prints a result on stdout, which holds nothing but results so that it can be piped. */
export function print(text: string): void {
  process.stdout.write(sanitized(text.endsWith('\n') ? text : `${text}\n`, process.env));
}

/** Logs progress, hints and errors on stderr. */
export function log(text: string): void {
  process.stderr.write(sanitized(text.endsWith('\n') ? text : `${text}\n`, process.env));
}

/** Writes a workflow command for GitHub on stderr, unsanitized. */
export function logCommand(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A character that controls a terminal or reverses the reading order, with the rest of its colour sequence. */
const STEERING = /[^\P{Cc}\n\t](?:\[[\d;]*m)?|[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;
const ESCAPE = '\u001B';
/** The first of two colons at the start of a line, after blanks and colours. */
const COMMAND = /^(?:[^\S\n]|\p{Cc}\[[\d;]*m)*:(?=(?:\p{Cc}\[[\d;]*m)*:)/gmu;

/**
 * Text that is safe for a terminal or a CI log. Foreign text is cleaned where it is read; this removes what remains,
 * such as control characters in file names. On GitHub no line stays a workflow command, which begins with two colons or
 * contains `##[`.
 *
 * @example harmless('::error::no', { GITHUB_ACTIONS: 'true' }) // ': :error::no'
 */
export function sanitized(text: string, env: NodeJS.ProcessEnv): string {
  const inert = text.replaceAll(STEERING, (found) => (isColour(found) ? found : found.slice(1)));
  return env['GITHUB_ACTIONS'] === 'true' ? inert.replaceAll(COMMAND, '$& ').replaceAll('##[', '## [') : inert;
}

/** Colours are squall's own and stay. */
function isColour(found: string): boolean {
  return found.startsWith(ESCAPE) && found.length > 1;
}

/**
 * Handles write errors of stdout and stderr. A reader that leaves early (`squall report … | head`) is no error; any
 * other failure, such as a full disk, ends the process as inconclusive.
 */
export function watchStreams(): void {
  process.stdout.on('error', onStreamError);
  process.stderr.on('error', onStreamError);
}

function onStreamError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.pass);
  log(`squall: cannot write the output (${error.message})`);
  process.exit(EXIT.inconclusive);
}
