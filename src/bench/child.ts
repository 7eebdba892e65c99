import { fork, type ChildProcess } from 'node:child_process';

/** A child process of the bench and its first message. */
export interface Child<Message> {
  readonly process: ChildProcess;
  readonly message: Message;
}

/**
 * Starts a file as a child process and waits for its first message. The child ends when it is disconnected or this
 * process ends.
 *
 * @throws Error when it exits without a message; its error is on stderr
 */
export function start<Message>(
  entry: URL,
  args: readonly string[],
  isMessage: (value: unknown) => value is Message,
): Promise<Child<Message>> {
  const child = fork(entry, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${entry.pathname} exited (${signal ?? code}) before it said anything`)),
    );
    child.once('message', (message: unknown) => {
      if (isMessage(message)) resolve({ process: child, message });
      else reject(new Error(`${entry.pathname} said something else than was expected: ${JSON.stringify(message)}`));
    });
  });
}
