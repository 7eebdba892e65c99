import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import { partMs } from '../codec/time-part.ts';
import type { RefreshPolicy } from './refresh.ts';

/**
 * The instant, in true time, at which a client asks for its next token. All instants are on the run's clock, to which the
 * caller has converted the token's claims. Never before `receivedAt`, never NaN; NEVER for a token without an expiry.
 *
 * With J = u * jitter, and L the lead, both in milliseconds (fractions are fractions of exp - iat):
 *
 * - clock `exp`: the client's clock reads (1 + d) * t + skew at true time t, d being its drift. It sees exp - L - J come
 *   when (1 + d) * t + skew = exp - L - J, so at t = (exp - L - J - skew) / (1 + d)
 * - clock `ttl`: (1 + d) * (t - receivedAt) have passed on its clock at t, so (exp - iat) - L - J have at
 *   t = receivedAt + ((exp - iat) - L - J) / (1 + d); the skew cancels out, the drift does not
 *
 * @param issuedAt the token's `iat`; NaN: it has none, and counts as issued when received
 * @param expiresAt the token's `exp`; Infinity or NaN: it has none
 * @param skewMs reading of the client's clock at true time 0
 * @param driftPerMs gain of that clock in each millisecond; more than -1
 * @param u draw for the jitter, in [0, 1)
 */
export function refreshDueMs(
  policy: RefreshPolicy,
  issuedAt: MonoMs,
  expiresAt: MonoMs,
  receivedAt: MonoMs,
  skewMs: number,
  driftPerMs: number,
  u: number,
): MonoMs {
  if (!Number.isFinite(expiresAt)) return NEVER;
  const lifetimeMs = expiresAt - (Number.isFinite(issuedAt) ? issuedAt : receivedAt);
  const earlierMs = partMs(policy.lead, lifetimeMs) + u * partMs(policy.jitter, lifetimeMs);
  const pace = 1 + driftPerMs;
  const dueAt =
    policy.clock === 'exp' ? (expiresAt - skewMs - earlierMs) / pace : receivedAt + (lifetimeMs - earlierMs) / pace;
  return mono(Math.max(receivedAt, dueAt));
}
