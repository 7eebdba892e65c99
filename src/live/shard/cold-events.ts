import type { FaultKind } from '../../core/fault/specs.ts';
import { partMs } from '../../core/codec/time-part.ts';
import { arriveOverMs } from '../../scenario/population.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Numbers of events that may find the code of a process as a warm-up left it; 0: the run has no events of this kind. */
export interface ColdEvents {
  readonly handshakes: number;
  readonly requests: number;
}

/** Time after which V8 has compiled what the run itself has made hot, ms. */
const COMPILED_AFTER_MS = 500;
/** Events after which V8 has compiled what runs most. */
const FEWEST_EVENTS = 320;
/** Events after which V8 has compiled nearly all that a storm runs. */
const MOST_EVENTS = 1000;
/** Kinds of faults after which no token is due or refused earlier than its refresh policy says. */
const LEAVES_TOKENS: ReadonlySet<FaultKind> = new Set(['age', 'drop', 'gateway', 'link', 'refresh']);

/**
 * Counts the handshakes and token requests of a run that may come before the run itself has made their code hot: those of the first
 * COMPILED_AFTER_MS of the arrivals, and those of tokens that are all due at one instant.
 *
 * @param processes number of processes or threads among which the clients are divided
 */
export function coldEventsOf(scenario: Scenario, processes: number): ColdEvents {
  const clients = scenario.clients.count / processes;
  const overMs = arriveOverMs(scenario.clients);
  return {
    handshakes: clients * Math.min(1, COMPILED_AFTER_MS / Math.max(overMs, 1)),
    requests: areDueAtOnce(scenario) ? clients : 1,
  };
}

/** Number of events in a warm-up for `cold` events: the more, the longer, within bounds; 0 for none. */
export function warmingEvents(cold: number): number {
  return cold === 0 ? 0 : Math.min(Math.max(Math.ceil(cold), FEWEST_EVENTS), MOST_EVENTS);
}

/** Whether many tokens may come due at one instant of the run. */
function areDueAtOnce({ tokens, faults, durationMs }: Scenario): boolean {
  if (tokens.login.during === 'run') return true;
  if (tokens.issued !== 'together') return false;
  const { lead, jitter } = tokens.refresh;
  const earlierMs = partMs(lead, tokens.lifetimeMs) + partMs(jitter, tokens.lifetimeMs);
  return tokens.lifetimeMs - earlierMs <= durationMs || faults.some(({ kind }) => !LEAVES_TOKENS.has(kind));
}
