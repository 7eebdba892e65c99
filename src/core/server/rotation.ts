/**
 * What becomes of a refresh token that is used again (RFC 9700 section 4.14.2). `strict`: its whole session ends; `grace`:
 * the same, unless the token is the newest but one and its successor has not been used, for its answer may have been lost;
 * `off`: used tokens go on working.
 */
export type ReuseDetection = 'strict' | 'grace' | 'off';

/**
 * Whether a refresh token may be used. One that may not is in two hands, so its session ends: a client whose answer was
 * lost is then taken for a thief.
 *
 * @param behind generations between the token and the newest one that its session is known to have; negative: it is newer
 */
export function mayUse(detection: ReuseDetection, behind: number): boolean {
  return detection === 'off' || behind === 0 || (behind === 1 && detection === 'grace');
}
