import { EXIT } from './exit-code.ts';

/** Results go to stdout and nothing else does, so that they can be piped. */
export function print(text: string): void {
  process.stdout.write(sanitized(text.endsWith('\n') ? text : `${text}\n`, process.env));
}

/** Everything said to a person: progress, hints, errors. */
export function log(text: string): void {
  process.stderr.write(sanitized(text.endsWith('\n') ? text : `${text}\n`, process.env));
}

/** A workflow command of squall's own, which GitHub is meant to carry out. */
export function logCommand(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A character that steers a terminal or reverses the reading order, with what makes it a colour. */
const STEERING = /[^\P{Cc}\n\t](?:\[[\d;]*m)?|[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;
const ESCAPE = '\u001B';
/** The first of two colons at the start of a line, behind blanks and colours. */
const COMMAND = /^(?:[^\S\n]|\p{Cc}\[[\d;]*m)*:(?=(?:\p{Cc}\[[\d;]*m)*:)/gmu;

/**
 * Text as it may reach a terminal or the log of a CI server. Everything foreign in it was cleaned where it was read; this
 * is for what was not: the name of a folder or file. On GitHub no line of it is a workflow command, which is a line
 * that begins with two colons, or one with `##[` anywhere.
 *
 * @example harmless('::error::no', { GITHUB_ACTIONS: 'true' }) // ': :error::no'
 */
export function sanitized(text: string, env: NodeJS.ProcessEnv): string {
  const inert = text.replaceAll(STEERING, (found) => (isColour(found) ? found : found.slice(1)));
  return env['GITHUB_ACTIONS'] === 'true' ? inert.replaceAll(COMMAND, '$& ').replaceAll('##[', '## [') : inert;
}

/** squall writes colours itself. */
function isColour(found: string): boolean {
  return found.startsWith(ESCAPE) && found.length > 1;
}

/**
 * Says what becomes of a stream that takes no more. A reader that leaves early (`squall report … | head`) is no error:
 * there is just nobody left to write for. Anything else, such as a full disk, means that the outcome could not be told.
 */
export function watchStreams(): void {
  process.stdout.on('error', onStreamError);
  process.stderr.on('error', onStreamError);
}

function onStreamError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.pass);
  log(`squall: cannot write what came out (${error.message})`);
  process.exit(EXIT.inconclusive);
}
