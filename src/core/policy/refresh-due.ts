import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import type { RefreshPolicy } from './refresh.ts';

/**
 * When, in true time, a client asks for its next token. All instants are on the run's clock, to which the caller has
 * moved the token's claims. Never before `receivedAt`, never NaN; NEVER for a token without an expiry.
 *
 * With J = u * jitterMs, and L the lead in milliseconds (a fraction is one of exp - iat):
 *
 * - clock `exp`: the client's clock reads true time + skew, so it sees exp - L - J come at exp - L - J - skew
 * - clock `ttl`: receivedAt + (exp - iat) - L - J; its clock may be wrong, and drops out
 *
 * @param issuedAt the token's `iat`; NaN where it has none, and it then counts as issued when received
 * @param expiresAt the token's `exp`; Infinity or NaN where it has none
 * @param skewMs the client's clock minus true time
 * @param u the draw for the jitter, in [0, 1)
 */
export function refreshDueMs(
  policy: RefreshPolicy,
  issuedAt: MonoMs,
  expiresAt: MonoMs,
  receivedAt: MonoMs,
  skewMs: number,
  u: number,
): MonoMs {
  if (!Number.isFinite(expiresAt)) return NEVER;
  const lifetimeMs = expiresAt - (Number.isFinite(issuedAt) ? issuedAt : receivedAt);
  const leadMs = 'ms' in policy.lead ? policy.lead.ms : policy.lead.fraction * lifetimeMs;
  const endAt = policy.clock === 'exp' ? expiresAt - skewMs : receivedAt + lifetimeMs;
  return mono(Math.max(receivedAt, endAt - leadMs - u * policy.jitterMs));
}
