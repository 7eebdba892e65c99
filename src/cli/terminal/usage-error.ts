/** An invalid command line. Nothing was started; the message names the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
