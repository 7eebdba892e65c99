import { SquallError } from '../core/squall-error.ts';

/** A results folder that cannot be created or read. The message names path and fix. */
export class FolderError extends SquallError {
  override readonly name = 'FolderError';
  readonly code = 'folder-unusable';

  static unwritable(path: string, cause: unknown): FolderError {
    return new FolderError(`cannot write results to ${path} (${reasonOf(cause)}): name another folder`, {
      cause,
    });
  }
}

/** A run that was killed before its first arrival. */
export class RunNotStarted extends FolderError {}

/** `ENOSPC: no space left on device`: the system's message without the call and path that Node appends. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(', ')[0] ?? error.message) : String(error);
}
