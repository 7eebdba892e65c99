import type { TokenEndpoint } from './token-endpoint.ts';

/** Sources of tokens. These are secrets, which are sent to workers in memory only. */
export interface TokenAccess {
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** token endpoint; null: squall mints every token */
  readonly endpoint: TokenEndpoint | null;
  /** key that seals refresh tokens of the embedded target; null: the target is foreign */
  readonly refreshSecret: string | null;
}
