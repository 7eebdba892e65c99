/** The command line asks for something that cannot be: nothing was started, and the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
