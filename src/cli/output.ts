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

/** A reader that leaves early (`squall report … | head`) is no error: there is just nobody left to write for. */
export function endQuietlyOnClosedPipe(): void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? EXIT.pass);
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', onError);
}
