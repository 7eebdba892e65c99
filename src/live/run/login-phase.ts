import { sightingText, type Sighting } from '../../metrics/sighting.ts';
import type { EventLog } from './event-log.ts';
import type { LoginTally } from '../tokens/first-logins.ts';
import { RunRefused } from '../refused.ts';

/** Steps of the progress of logins that are reported. */
const STEPS = 20;
/** Time after which progress is reported in any case, ms. */
const REPORT_MS = 10_000;
/** Most answers that are quoted. */
const QUOTED_MAX = 3;

/**
 * Returns a function that reports the progress of logins before the run as its phase: at most 20 times, and every 10 s.
 *
 * @param planned clients that log in
 */
export function reportLogins(
  planned: number,
  log: EventLog,
  nowMs: () => number,
): (tally: Pick<LoginTally, 'done' | 'failed'>) => void {
  let step = -1;
  let reportedMs = -Infinity;
  return ({ done, failed }) => {
    const reached = Math.floor((STEPS * (done + failed)) / planned);
    if (reached === step && nowMs() - reportedMs < REPORT_MS) return;
    step = reached;
    reportedMs = nowMs();
    log.log('phase', `logging in: ${done} of ${planned}${failed === 0 ? '' : `, ${failed} failed`}`);
  };
}

/**
 * Checks logins that have ended: clients without a token make the run inconclusive.
 *
 * @throws RunRefused when nobody could log in
 */
export function checkLogins({ planned, done, failed }: LoginTally, seen: readonly Sighting[], log: EventLog): void {
  if (failed === 0) return;
  const said = seen.filter(({ kind }) => kind === 'token');
  const quoted = said.slice(0, QUOTED_MAX).map(sightingText).join('; ');
  const why = quoted === '' ? '' : ` (${quoted})`;
  if (done === 0) {
    const what = planned === 1 ? 'the client could not log in' : `none of the ${planned} clients could log in`;
    throw new RunRefused(
      'no-answer',
      `${what}${why}`,
      'correct the credentials of users, or the token endpoint in tokens.source',
      said,
    );
  }
  log.spoil(
    'logins-failed',
    `${failed} of ${planned} clients could not log in before the run${why}: they arrived without a token, and logged in during it`,
  );
}
