import { SquallError } from '../../core/squall-error.ts';

/** The error for a protocol of the user's own that threw, did not return, or returned what its contract does not allow. */
export class ProtocolFailed extends SquallError {
  override readonly name = 'ProtocolFailed';
  readonly code = 'protocol-failed' as const;
}

const ENDING = 'docs/own-protocol.md has its contract';

/** The failure in an error that came from another thread or process, where it has lost its class; null: it is another one. */
export function failureIn(error: unknown): ProtocolFailed | null {
  return error instanceof Error && error.message.endsWith(ENDING) ? new ProtocolFailed(error.message) : null;
}

/**
 * Words what went wrong.
 *
 * @param method method of the contract; empty: the module itself
 * @example failureText('/home/me/ours.mjs', 'receive', 'returned 3') // '/home/me/ours.mjs: receive returned 3 — …'
 */
export function failureText(file: string, method: string, what: string): string {
  return `target.protocol: ${file}: ${method === '' ? 'the module' : method} ${what} — mend it; ${ENDING}`;
}
