import { TOKEN_PHASE, type ClientColumns } from '../../core/client/columns.ts';
import { ALARM, ALARMS, OWN_ALARMS, slotOf } from '../../core/client/context.ts';
import { STATE } from '../../core/client/states.ts';
import type { EventQueue } from '../../core/time/event-queue.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { Lateness } from '../../metrics/lateness.ts';
import type { LateEvents } from './late-events.ts';

/** Lateness of a client's next step up to which squall is not behind with the client, ms: two bins of the curves. */
const BEHIND_MS = 200;

/** A worker's clients with all that shows how late squall is with each. */
export interface Clients {
  readonly columns: Pick<ClientColumns, 'state' | 'tokenPhase'>;
  readonly queue: Pick<EventQueue, 'nextAt' | 'dueAt'>;
  readonly lateness: Pick<Lateness, 'ofWay' | 'ofTokens'>;
  readonly late: Pick<LateEvents, 'unreadMs'>;
  /** number of clients */
  readonly count: number;
}

/**
 * The number of clients with which squall is behind: a generator on time would have handled a step of theirs that squall
 * has not handled by `end`. Neither view of the run holds these steps. Squall is behind with a client if
 *
 * - an alarm of the client is overdue, or
 * - the client's next step is due so soon after `end` that the lateness which the client carries would have put it before, or
 * - an answer that the client waits for would have come earlier, as the client asked late.
 *
 * If what lies unread may have come long ago, squall is behind with all clients.
 *
 * @param now instant of the call, in the handling of a message to the worker
 * @param end the end of the run, or `now` before it
 */
export function clientsBehind(clients: Clients, now: MonoMs, end: number): number {
  const { queue, late, count } = clients;
  if (late.unreadMs(now) > BEHIND_MS) return count;
  const isOverdue = queue.nextAt() <= end - BEHIND_MS;
  let behind = 0;
  for (let client = 0; client < count; client++) {
    if ((isOverdue && hasOverdue(clients, client, end)) || isOnLateWay(clients, client, end)) behind++;
  }
  // The alarm of the faults belongs to no client.
  return isOverdue ? Math.max(1, behind) : behind;
}

function hasOverdue({ queue }: Clients, client: number, end: number): boolean {
  for (let alarm = 0; alarm < OWN_ALARMS; alarm++) {
    if (queue.dueAt(slotOf(client, alarm)) <= end - BEHIND_MS) return true;
  }
  return false;
}

/** Whether the client would have taken its next step by `end` without the lateness that it carries. */
function isOnLateWay({ columns, queue, lateness }: Clients, client: number, end: number): boolean {
  const state = columns.state.at(client);
  if (state === STATE.stopped) return false;
  const first = client * ALARMS;
  const wayMs = lateness.ofWay(client);
  if (wayMs > BEHIND_MS) {
    const isWaiting = state === STATE.waiting || state === STATE.idle;
    if (!isWaiting || queue.dueAt(first + ALARM.main) < end + wayMs) return true;
  }
  const tokenMs = lateness.ofTokens(client);
  if (tokenMs <= BEHIND_MS) return false;
  const phase = columns.tokenPhase.at(client);
  return phase === TOKEN_PHASE.requested || queue.dueAt(first + ALARM.token) < end + tokenMs;
}
