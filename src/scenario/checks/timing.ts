import { partMs } from '../../core/codec/time-part.ts';
import { type Contradiction, when } from './check.ts';
import { arriveOverMs } from '../population.ts';
import type { ClientPlan, WrittenScenario } from '../scenario.ts';

/** Things that would happen after the end of the run, or after the end of a token. */
export function checkTiming(scenario: WrittenScenario): readonly Contradiction[] {
  const { durationMs, clients, tokens, target, faults, thresholds } = scenario;
  const { lifetimeMs, refresh } = tokens;
  const leadMs = partMs(refresh.lead, lifetimeMs);
  const graceMs = target.kind === 'embedded' && target.onExpiry.kind === 'notify' ? target.onExpiry.graceMs : 0;
  return [
    ...when(
      {
        holds: leadMs >= lifetimeMs,
        at: 'tokens.refresh.lead',
        against: 'tokens.lifetime',
        what: 'every token would be due for renewal as soon as it is issued',
        fix: 'make the lead shorter than the lifetime',
      },
      {
        holds: leadMs < lifetimeMs && leadMs + partMs(refresh.jitter, lifetimeMs) >= lifetimeMs,
        at: 'tokens.refresh.jitter',
        against: 'tokens.lifetime',
        what: 'with the lead it reaches back to before the token is issued',
        fix: 'make lead and jitter together shorter than the lifetime',
      },
      {
        holds: graceMs >= lifetimeMs,
        at: 'target.embedded.onExpiry',
        against: 'tokens.lifetime',
        what: 'notice would be given before the token is issued',
        fix: 'make it shorter than the lifetime',
      },
      {
        holds: lastArrivalMs(clients) >= durationMs,
        at: `clients.arrive.${clients.arrive.by}`,
        against: 'duration',
        what: 'the run would end while clients are still arriving',
        fix: 'make the run longer, or let them arrive faster',
      },
    ),
    ...faults.flatMap(({ atMs }, index) =>
      when({
        holds: atMs >= durationMs,
        at: `faults.${index}.at`,
        against: 'duration',
        what: 'the fault would begin after the end of the run',
        fix: 'begin it earlier, or make the run longer',
      }),
    ),
    ...thresholds.flatMap(({ abort, graceMs: abortGraceMs }, index) =>
      when(
        {
          holds: !abort && abortGraceMs > 0,
          at: `thresholds.${index}.grace`,
          against: `thresholds.${index}.abort`,
          what: 'it delays an abort that will not happen',
          fix: 'add abort: true, or remove grace',
        },
        {
          holds: abort && abortGraceMs >= durationMs,
          at: `thresholds.${index}.grace`,
          against: 'duration',
          what: 'the run would be over before it could be aborted',
          fix: 'make the grace shorter than the run',
        },
      ),
    ),
  ];
}

/** Random arrivals take longer than their mean by as many standard deviations once in 3.5 million seeds. */
const LATE_BY_DEVIATIONS = 5;

/** Bound on the last client's arrival under any seed. */
function lastArrivalMs(clients: ClientPlan): number {
  const overMs = arriveOverMs(clients);
  return clients.arrive.process === 'even' ? overMs : overMs * (1 + LATE_BY_DEVIATIONS / Math.sqrt(clients.count));
}
