/**
 * The reaction to a refresh token that is used again (RFC 9700 section 4.14.2). `strict`: its whole session ends;
 * `grace`: the same, unless it is the second newest token and its successor has not been used, because the answer may
 * have been lost; `off`: used tokens go on working.
 */
export type ReuseDetection = 'strict' | 'grace' | 'off';

/**
 * Whether a refresh token may be used. If not, its session ends, because somebody may have copied the token: a client
 * whose answer was lost is then treated as a thief.
 *
 * @param behind generations between the token and the newest one that its session is known to have; negative: it is newer
 */
export function mayUse(detection: ReuseDetection, behind: number): boolean {
  return detection === 'off' || behind === 0 || (behind === 1 && detection === 'grace');
}
