import { EXIT } from './exit-code.ts';

/** Results go to stdout and nothing else does, so that they can be piped. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Everything said to a person: progress, hints, errors. */
export function say(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
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
