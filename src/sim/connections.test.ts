import { describe, expect, it } from 'vitest';
import { clientColumns } from '../core/client/columns.ts';
import { ALARMS, slotOf, type ClientContext } from '../core/client/context.ts';
import type { Machine } from '../core/client/machine.ts';
import { STATE } from '../core/client/states.ts';
import { CLOSE } from '../core/server/closes.ts';
import { NETWORK, signalName } from '../core/signal.ts';
import { Draws } from '../core/random/draws.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { mono } from '../core/time/instant.ts';
import { behaviourOf } from '../scenario/population.ts';
import { scenarioOf } from '../testing/simulated.ts';
import { AcceptThenClose } from './accept-then-close.ts';
import { CONNECTION, IMPAIRMENT, MODEL_ALARM, modelColumns } from './columns.ts';
import type { Commands } from './commands.ts';
import { Connections, type Gateways } from './connections.ts';
import { gatewayBehaviourOf } from './gateway-behaviour.ts';
import { ModelDraws } from './model-draws.ts';
import { Outlook } from './outlook.ts';
import type { PendingFaults } from './pending-faults.ts';
import { Processes } from './processes.ts';
import { Sessions } from './sessions.ts';
import { Authority, type World } from './world.ts';

/** One client, trips of 10 ms, handshakes of 100 ms, and a fault that closes what it accepts, so that handshakes wait. */
const SCENARIO = `
duration: 60s
target: { embedded: { capacity: { handshakes: 10/s, queue: 5 }, onExpiry: { notify: 5s } } }
tokens: { lifetime: 10m, issued: together }
clients: { count: 1 }
faults: [{ at: 1s, for: 1s, handshake: { accept-then-close: { code: 4000, after: 50ms } } }]
`;
const EXPIRES_AT = 20_000;

type State = keyof typeof CONNECTION;
const STATES: readonly State[] = [
  'none',
  'requesting',
  'asking',
  'waiting',
  'accepted',
  'refused',
  'open',
  'presenting',
  'acknowledged',
  'joining',
  'parting',
  'closing',
  'unheard',
];

/** A connection whose client is replaced by a record of calls. */
class Rig {
  readonly seen: string[] = [];
  readonly columns = modelColumns(1);
  readonly connections: Connections;
  readonly gateways: Gateways;
  readonly world: World;
  readonly #queue = new EventQueue(ALARMS + 1);
  now = mono(0);
  clientState: number = STATE.renewing;

  constructor(...sets: readonly string[]) {
    const scenario = scenarioOf(SCENARIO, 'model.latency=10ms', ...sets);
    const note = (text: string): unknown => this.seen.push(text);
    const context = {
      columns: clientColumns(1),
      behaviour: behaviourOf(scenario),
      queue: this.#queue,
      observer: { happened: () => {}, timed: () => {}, failed: () => note('abandoned') },
      draws: new Draws(1),
      shard: 0,
      shards: 1,
      planned: 1,
    } as unknown as ClientContext;
    const machine = {
      state: () => this.clientState,
      onOpen: () => note('onOpen'),
      onReady: () => note('onReady'),
      onClosed: (_: number, signal: number, advice: string | null) =>
        note(`onClosed ${signalName(signal)}${advice === null ? '' : ` ${advice}`}`),
      onAuthenticated: () => note('onAuthenticated'),
      onJoinRefused: (_: number, signal: number) => note(`onJoinRefused ${signalName(signal)}`),
      onChannelLost: (_: number, signal: number) => note(`onChannelLost ${signalName(signal)}`),
      onNotice: (_: number, advice: string) => note(`onNotice ${advice}`),
    } as unknown as Machine;
    this.world = {
      scenario,
      context,
      machine,
      columns: this.columns,
      modelDraws: new ModelDraws(context.draws, scenario.model),
      behaviour: gatewayBehaviourOf(scenario),
      authority: new Authority(1),
    };
    const [fault] = scenario.faults;
    const requestFaults = {
      meet: () => null,
      pending: () => (fault === undefined ? null : { fault }),
      settle: () => {},
    } as unknown as PendingFaults<'handshake'>;
    const commands = { land: () => false, answer: () => {}, hangUp: () => {}, close: () => {}, forget: () => {} };
    this.gateways = { processes: new NotedProcesses(scenario, note), sessions: new Sessions(this.world) };
    this.connections = new Connections({
      world: this.world,
      gateways: this.gateways,
      commands: commands as unknown as Commands,
      requestFaults,
      acceptThenClose: new AcceptThenClose(1, this.#queue, ALARMS),
      outlook: new Outlook(this.#queue, false),
    });
    context.columns.attempts.set(0, 1);
    for (const column of [context.columns.expiresAt, context.columns.presentedExpiresAt]) column.set(0, EXPIRES_AT);
    context.columns.offeredExpiresAt[0] = EXPIRES_AT;
  }

  get state(): State {
    return STATES.find((name) => CONNECTION[name] === this.columns.connection.at(0))!;
  }

  /** Time at which what travels arrives; Infinity: nothing travels. */
  get wireAt(): number {
    return this.#queue.dueAt(slotOf(0, MODEL_ALARM.wire));
  }

  get acceptThenCloseAt(): number {
    return this.#queue.dueAt(ALARMS);
  }

  get expiryAt(): number {
    return this.#queue.dueAt(slotOf(0, MODEL_ALARM.expiry));
  }

  dial(): this {
    this.connections.dial(0, this.now);
    return this;
  }

  /** Rings the alarm of arrivals, also when nothing travels. */
  arrive(): this {
    if (this.wireAt < Infinity) this.now = mono(this.wireAt);
    this.#queue.clear(slotOf(0, MODEL_ALARM.wire));
    this.connections.arrive(0, this.now);
    return this;
  }

  expire(at: number): this {
    this.now = mono(at);
    this.#queue.clear(slotOf(0, MODEL_ALARM.expiry));
    this.connections.expire(0, this.now);
    return this;
  }

  impair(how: number): this {
    this.columns.impairment[0] = how;
    this.columns.impairedBy[0] = 1;
    this.columns.impairedUntil[0] = 9000;
    return this;
  }

  close(): this {
    this.connections.close(0, 1012, 'retry', this.now);
    return this;
  }
}

class NotedProcesses extends Processes {
  readonly #note: (text: string) => unknown;

  constructor({ model, durationMs }: World['scenario'], note: (text: string) => unknown) {
    super(model, durationMs);
    this.#note = note;
  }

  override takePlace(gateway: number): void {
    super.takePlace(gateway);
    this.#note('+place');
  }

  override freePlace(gateway: number): void {
    super.freePlace(gateway);
    this.#note('-place');
  }

  override wastedWork(): void {
    this.#note('wasted');
  }
}

/** A connection in each state, otherwise ordinary. */
const IN: Record<State, () => Rig> = {
  none: () => new Rig(LINK_FAULT),
  requesting: () => {
    const rig = new Rig(LINK_FAULT);
    rig.columns.connection.set(0, CONNECTION.requesting);
    return rig;
  },
  asking: () => new Rig(LINK_FAULT).dial(),
  waiting: () => IN.asking().arrive(),
  accepted: () => IN.waiting().arrive(),
  refused: () => {
    const rig = IN.waiting();
    rig.world.context.columns.presentedExpiresAt.set(0, 1);
    return rig.arrive();
  },
  open: () => IN.accepted().arrive(),
  presenting: () => {
    const rig = IN.open();
    rig.connections.authenticate(0, rig.now);
    return rig;
  },
  acknowledged: () => IN.presenting().arrive(),
  joining: () => {
    const rig = IN.open();
    rig.connections.join(0, rig.now);
    return rig;
  },
  parting: () => {
    const rig = IN.open();
    rig.columns.connection.set(0, CONNECTION.parting);
    rig.columns.signal.set(0, NETWORK.channelLost);
    return rig;
  },
  closing: () => IN.open().close(),
  unheard: () => IN.open().impair(IMPAIRMENT.silent).close(),
};
const ANONYMOUS = 'target.embedded.badToken=anonymous';
const SESSION_FAULT = 'faults=[{ at: 1s, session: compromised }]';
/** A planned network fault, without which the model ignores impairments. */
const LINK_FAULT =
  'faults=[{ at: 1s, for: 1s, handshake: { accept-then-close: { code: 4000, after: 50ms } } }, { at: 1s, for: 1s, link: silent }]';

const EVENTS: Record<string, (rig: Rig) => unknown> = {
  dial: (rig) => rig.dial(),
  arrive: (rig) => rig.arrive(),
  hangUp: (rig) => rig.connections.hangUp(0, rig.now),
  authenticate: (rig) => rig.connections.authenticate(0, rig.now),
  join: (rig) => rig.connections.join(0, rig.now),
  'expire, too early': (rig) => rig.expire(EXPIRES_AT - 5000),
  'expire, in time': (rig) => rig.expire(EXPIRES_AT),
  close: (rig) => rig.close(),
  closeAccepted: (rig) => rig.connections.closeAccepted(0, rig.now),
  breakOff: (rig) => rig.connections.breakOff(0, rig.now),
  endSession: (rig) => rig.connections.endSession(0, false, rig.now),
  replan: (rig) => rig.connections.replan(rig.now),
  restore: (rig) => rig.connections.restore(0, 0, rig.now),
};

const NOT_OPEN = ['!', '!', '!', '!', '!', '!'];
const NOTICE = '- [onNotice refresh]';
const CLOSES = 'closing [-place]';

/** event x state, in the order of STATES: the next state and actions; `!` throws, `-` does nothing. */
const TABLE: Record<string, readonly string[]> = {
  dial: ['asking', '!', '!', '!', '!', '!', '!', '!', '!', '!', '!', '!', '!'],
  arrive: [
    '!',
    '-',
    'waiting [+place]',
    'accepted',
    'open [onOpen]',
    'none [onClosed http-401]',
    '!',
    'acknowledged',
    'open [onReady]',
    'open [onReady]',
    'open [onChannelLost channel-lost]',
    'none [onClosed close-1012 retry]',
    '!',
  ],
  hangUp: [
    '-',
    'none [abandoned]',
    'none',
    'none [wasted, -place]',
    'none [-place]',
    'none',
    'none [-place]',
    'none [-place]',
    'none [-place]',
    'none [-place]',
    'none [-place]',
    'none',
    'none',
  ],
  authenticate: ['-', '-', '-', '-', '-', '-', 'presenting', '-', 'presenting', 'presenting', '-', '-', '-'],
  join: ['-', '-', '-', '-', '-', '-', 'joining', 'joining', 'joining', '-', 'joining', '-', '-'],
  'expire, too early': [...NOT_OPEN, NOTICE, NOTICE, NOTICE, NOTICE, NOTICE, '!', '!'],
  'expire, in time': [...NOT_OPEN, CLOSES, CLOSES, CLOSES, CLOSES, CLOSES, '!', '!'],
  close: ['-', '-', '-', '-', '-', '-', CLOSES, CLOSES, CLOSES, CLOSES, CLOSES, '-', '-'],
  closeAccepted: ['-', '-', '-', '-', '-', '-', CLOSES, CLOSES, CLOSES, CLOSES, CLOSES, '-', '-'],
  breakOff: ['-', '-', 'closing', CLOSES, CLOSES, '-', CLOSES, CLOSES, CLOSES, CLOSES, CLOSES, '-', '-'],
  endSession: ['-', '-', '-', '-', '-', '-', CLOSES, CLOSES, CLOSES, CLOSES, CLOSES, '-', '-'],
  replan: ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
  restore: ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'closing'],
};

/** The next state; `-`: it is the same, `!`: the event is impossible. */
function nextOf(rig: Rig, happen: () => void): string {
  const before = rig.state;
  try {
    happen();
  } catch (error) {
    if (error instanceof Error && error.message.includes(`a connection that is ${before} and meets`)) return '!';
    throw error;
  }
  return rig.state === before ? '-' : rig.state;
}

describe('the transition table', () => {
  for (const [event, happen] of Object.entries(EVENTS)) {
    for (const [index, state] of STATES.entries()) {
      const cell = TABLE[event]?.[index];
      it(`holds for ${event} in ${state}: ${cell}`, () => {
        const rig = IN[state]();
        expect(rig.state).toBe(state);
        rig.seen.length = 0;
        const next = nextOf(rig, () => happen(rig));
        expect(rig.seen.length > 0 ? `${next} [${rig.seen.join(', ')}]` : next).toBe(cell);
      });
    }
  }
});

describe('a handshake', () => {
  it('takes three trips, its turn in line, and one trip back', () => {
    const rig = new Rig().dial();
    expect(rig.wireAt).toBe(30);
    expect(rig.arrive().wireAt).toBe(130);
    expect(rig.arrive().wireAt).toBe(140);
  });

  it('is decided on arrival where nothing can happen before its turn, and is wasted when the client gives up', () => {
    const rig = new Rig('faults=[]').dial().arrive();
    expect([rig.state, rig.wireAt]).toEqual(['accepted', 140]);
    rig.connections.hangUp(0, rig.now);
    expect(rig.seen).toEqual(['+place', 'wasted', '-place']);
  });

  it('ends with a reset where the gateway dies before it has sent a refusal', () => {
    const rig = new Rig('faults=[]').dial();
    rig.world.context.columns.presentedExpiresAt.set(0, 1);
    rig.arrive();
    expect([rig.state, rig.wireAt]).toEqual(['refused', 140]);
    rig.connections.breakOff(0, rig.now);
    expect(rig.arrive().seen.at(-1)).toBe('onClosed reset');
  });

  it('fails at once where the gateway is down, and times out where the network loses the request', () => {
    const down = new Rig();
    down.gateways.processes.goDown(0, 0);
    expect([down.dial().state, down.wireAt]).toEqual(['closing', 20]);
    expect(down.arrive().seen).toEqual(['onClosed refused']);
    const lost = new Rig('model.loss=100%').dial();
    expect([lost.state, lost.wireAt]).toEqual(['none', Infinity]);
  });

  it('ends with 503 where the gateway has no room for another connection', () => {
    const rig = new Rig('model.connections=1');
    rig.gateways.processes.takePlace(0);
    rig.seen.length = 0;
    expect(rig.dial().arrive().state).toBe('refused');
    expect(rig.arrive().seen).toEqual(['onClosed http-503']);
  });

  it('that a fault accepts and then closes is closed only after its client has received the accept', () => {
    const rig = IN.accepted();
    rig.connections.closeAccepted(0, rig.now);
    expect(rig.acceptThenCloseAt).toBe(rig.wireAt);
  });
});

/** A connection whose token has been sent in the first message. */
function presenting(...sets: readonly string[]): Rig {
  const rig = new Rig('tokens.carrier=message', ...sets).dial().arrive().arrive().arrive();
  rig.clientState = STATE.authenticating;
  rig.connections.authenticate(0, rig.now);
  rig.seen.length = 0;
  return rig;
}

describe('a token in a message', () => {
  it('is acknowledged when it is valid, and its expiry is watched once the client has received that', () => {
    const rig = presenting();
    expect([rig.arrive().state, rig.expiryAt]).toEqual(['acknowledged', Infinity]);
    expect([rig.arrive().state, rig.expiryAt]).toEqual(['open', EXPIRES_AT - 5000 + 10]);
  });

  it.each([
    { what: 'a bad one ends the connection', sets: [], expiresAt: 1, seen: 'onClosed auth-refused' },
    { what: 'or leaves it to nobody', sets: [ANONYMOUS], expiresAt: 1, seen: 'onReady' },
  ])('is verified: $what', ({ sets, expiresAt, seen }) => {
    const rig = presenting(...sets);
    rig.world.context.columns.presentedExpiresAt.set(0, expiresAt);
    expect(rig.arrive().arrive().seen.at(-1)).toBe(seen);
  });

  it('is verified as it was presented in band, although the client has another one in hand by then', () => {
    const rig = IN.presenting();
    rig.world.context.columns.expiresAt.set(0, 1);
    expect(rig.arrive().state).toBe('acknowledged');
  });

  it('ends the connection where the gateway knows that the session is over', () => {
    const rig = presenting(SESSION_FAULT);
    rig.world.authority.heard.take(0, 'session');
    expect(rig.arrive().arrive().seen.at(-1)).toBe('onClosed close-4403 login');
  });
});

describe('a close of the gateway', () => {
  it.each([
    { closes: 'guided', seen: 'onClosed close-1012 retry' },
    { closes: 'bare', seen: 'onClosed reset' },
  ])('has a code only if `closes` is `guided`: $closes', ({ closes, seen }) => {
    const rig = new Rig(`target.embedded.closes=${closes}`).dial().arrive().arrive().arrive();
    expect(rig.connections.conclude(0, CLOSE.restarting, rig.now)).toBe(true);
    expect(rig.arrive().seen.at(-1)).toBe(seen);
  });

  it('always has a code for a device that logged out', () => {
    const rig = new Rig('target.embedded.closes=bare').dial().arrive().arrive().arrive();
    rig.connections.endSession(0, true, rig.now);
    expect(rig.arrive().seen.at(-1)).toBe('onClosed close-4401 login');
  });
});

describe('an impaired network', () => {
  it('that is silent loses the acceptance of a token and the notice', () => {
    const rig = IN.acknowledged().impair(IMPAIRMENT.silent);
    rig.seen.length = 0;
    expect(rig.arrive().state).toBe('open');
    rig.expire(EXPIRES_AT - 5000);
    expect(rig.seen).toEqual([]);
    expect(rig.connections.pings.answeredAt(0, rig.now)).toBe(Infinity);
    rig.connections.authenticate(0, rig.now);
    expect(rig.state).toBe('open');
  });

  it('that is silent delivers the hidden end of the connection when the fault ends', () => {
    const rig = IN.unheard();
    rig.connections.restore(0, 0, rig.now);
    expect(rig.wireAt).toBe(rig.now);
    expect(rig.arrive().seen.at(-1)).toBe('onClosed close-1012 retry');
  });

  it('that stalls delays messages to the client until the fault ends', () => {
    const rig = IN.acknowledged().impair(IMPAIRMENT.stalled);
    expect([rig.arrive().state, rig.wireAt]).toEqual(['acknowledged', 9000]);
    expect(rig.connections.pings.answeredAt(0, rig.now)).toBe(9000);
    expect(rig.arrive().seen.at(-1)).toBe('onReady');
    const closed = IN.open().impair(IMPAIRMENT.stalled).close();
    expect(closed.wireAt).toBe(9000);
  });

  it('that passes every message twice makes the gateway close at the second token', () => {
    const rig = IN.presenting().impair(IMPAIRMENT.doubled);
    expect(rig.arrive().arrive().seen.at(-1)).toBe('onClosed close-4400 stop');
  });

  it('that is slow regains its latency only at the end of the fault that slowed it', () => {
    const rig = IN.open().impair(IMPAIRMENT.slowed);
    rig.columns.latencyMs.set(0, 500);
    rig.connections.restore(0, 7, rig.now);
    expect(rig.connections.pings.answeredAt(0, rig.now)).toBe(rig.now + 1000);
    rig.connections.restore(0, 0, rig.now);
    expect(rig.connections.pings.answeredAt(0, rig.now)).toBe(rig.now + 20);
    expect(rig.columns.impairment[0]).toBe(IMPAIRMENT.none);
  });
});

it('a change of the clock moves the expiry of open connections and of those that present a token or join', () => {
  for (const state of STATES) {
    const rig = IN[state]();
    const before = rig.expiryAt;
    rig.world.authority.clocks.gateway.begin(1, { offsetMs: 5000, driftPerMs: 0 }, 0);
    rig.connections.replan(rig.now);
    const moves = state === 'open' || state === 'presenting' || state === 'joining';
    expect(rig.expiryAt, state).toBe(moves ? before - 5000 : before);
  }
});
