import { EXIT } from './exit-code.ts';

/** Results go to stdout and nothing else does, so that they can be piped. */
export function print(text: string): void {
  process.stdout.write(harmless(text.endsWith('\n') ? text : `${text}\n`, process.env));
}

/** Everything said to a person: progress, hints, errors. */
export function say(text: string): void {
  process.stderr.write(harmless(text.endsWith('\n') ? text : `${text}\n`, process.env));
}

/** A workflow command of squall's own, which GitHub is meant to carry out. */
export function sayCommand(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A colour, which squall writes itself, or a character that steers a terminal or reverses the reading order. */
const STEERING =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /\u001B\[[\d;]*m|[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * Text as it may reach a terminal or the log of a CI server. Everything foreign in it was cleaned where it was read; this
 * is for what was not: the name of a folder or file. On GitHub no line of it is a workflow command, which is a line
 * that begins with two colons, or one with `##[` anywhere.
 *
 * @example harmless('::error::no', { GITHUB_ACTIONS: 'true' }) // ': :error::no'
 */
export function harmless(text: string, env: NodeJS.ProcessEnv): string {
  const inert = text.replaceAll(STEERING, (found) => (found.length > 1 ? found : ''));
  if (env['GITHUB_ACTIONS'] !== 'true') return inert;
  return inert
    .replaceAll(/^(?:\s|\u001B\[[\d;]*m)*:(?=(?:\u001B\[[\d;]*m)*:)/gm, '$&\u0020')
    .replaceAll(/##(?=\[)/g, '## ');
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
  say(`squall: cannot write what came out (${error.message})`);
  process.exit(EXIT.inconclusive);
}
