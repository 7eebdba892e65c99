import { describe, expect, it } from 'vitest';
import { clientColumns, TOKEN_PHASE } from '../../core/client/columns.ts';
import { ALARM, ALARMS, slotOf } from '../../core/client/context.ts';
import { STATE, type State } from '../../core/client/states.ts';
import { EventQueue } from '../../core/time/event-queue.ts';
import { mono } from '../../core/time/instant.ts';
import { clientsBehind } from './behind.ts';

const END = 10_000;
const COUNT = 3;

/** The state of client 1; the others are ready and on time. */
interface Standing {
  readonly state?: State;
  /** lateness that it carries on its way to a connection, ms */
  readonly wayMs?: number;
  /** the same to a token */
  readonly tokenMs?: number;
  readonly tokenPhase?: number;
  /** alarms with the instants at which they are due */
  readonly due?: readonly (readonly [alarm: number, at: number])[];
  /** when the alarm of the faults is due */
  readonly faultsAt?: number;
  readonly unreadMs?: number;
}

function behind(standing: Standing): number {
  const { state = STATE.ready, wayMs = 0, tokenMs = 0, due = [], faultsAt, unreadMs = 0 } = standing;
  const columns = clientColumns(COUNT);
  for (const client of [0, 2]) columns.state.set(client, STATE.ready);
  columns.state.set(1, state);
  columns.tokenPhase.set(1, standing.tokenPhase ?? TOKEN_PHASE.none);
  const queue = new EventQueue(COUNT * ALARMS + 1, 1);
  for (const [alarm, at] of due) queue.set(slotOf(1, alarm), at);
  if (faultsAt !== undefined) queue.set(COUNT * ALARMS, faultsAt);
  const lateness = {
    ofWay: (client: number) => (client === 1 ? wayMs : 0),
    ofTokens: (client: number) => (client === 1 ? tokenMs : 0),
  };
  const late = { unreadMs: () => unreadMs };
  return clientsBehind({ columns, queue, lateness, late, count: COUNT }, mono(END + 5), END);
}

describe('squall is behind with', () => {
  it.each<readonly [string, number, Standing]>([
    ['no client that is ready and on time', 0, { due: [[ALARM.token, END + 1]] }],
    ['no client whose alarm is a little overdue', 0, { due: [[ALARM.command, END - 150]] }],
    ['a client whose command is overdue', 1, { due: [[ALARM.command, END - 300]] }],
    ['a client whose refresh is overdue', 1, { due: [[ALARM.token, END - 300]] }],
    ['at least one client where a fault is overdue', 1, { faultsAt: END - 300 }],
    ['all clients where what lies unread may be old', COUNT, { unreadMs: 400 }],
    ['a client that dialled late and waits for the answer', 1, { state: STATE.connecting, wayMs: 300 }],
    ['no client that dialled a little late', 0, { state: STATE.connecting, wayMs: 150 }],
    [
      'a client that would have dialled by the end had its loss been read on time',
      1,
      { state: STATE.waiting, wayMs: 900, due: [[ALARM.main, END + 800]] },
    ],
    [
      'no client that would wait at the end in any case',
      0,
      { state: STATE.waiting, wayMs: 900, due: [[ALARM.main, END + 1000]] },
    ],
    ['no client that stopped', 0, { state: STATE.stopped, wayMs: 900, tokenMs: 900 }],
    ['a client that asked for its token late', 1, { tokenMs: 900, tokenPhase: TOKEN_PHASE.requested }],
    [
      'a client whose next try for a token would have been due',
      1,
      { tokenMs: 900, tokenPhase: TOKEN_PHASE.retrying, due: [[ALARM.token, END + 800]] },
    ],
    [
      'no client whose next try for a token is due later in any case',
      0,
      { tokenMs: 900, tokenPhase: TOKEN_PHASE.retrying, due: [[ALARM.token, END + 1000]] },
    ],
  ])('%s', (_what, expected, standing) => {
    expect(behind(standing)).toBe(expected);
  });
});
