import { describe, expect, it } from 'vitest';
import { NETWORK } from '../signal.ts';
import { mono } from '../time/instant.ts';
import { PLAIN_BACKOFF, PLAIN_BEHAVIOUR, PLAIN_JOIN, Rig } from './rig.test.helper.ts';
import { STATE_NAMES } from './states.ts';

/** A client in each state, and in two variants that have cells of their own. */
const IN = {
  idle: () => new Rig(),
  'fetching-token': () => new Rig().ready().close(4401),
  connecting: () => new Rig().until(0),
  authenticating: () => authenticating(new Rig({ firstMessage: true }).until(0)),
  joining: () => joining(new Rig({ firstMessage: true, join: { ...PLAIN_JOIN, rejoin: null, presents: false } })),
  'joining, tried again': () => joining(new Rig({ firstMessage: true, join: PLAIN_JOIN })),
  'joining, delayed': () => new Rig({ join: PLAIN_JOIN }).ready().channelLost(null),
  'joining, without a token': () => new Rig({ join: PLAIN_JOIN }).ready().channelLost('refresh'),
  ready: () => new Rig().ready(),
  'ready, joined': () => new Rig({ join: PLAIN_JOIN }).ready(),
  'ready, pinged': () => pinged(new Rig({ heartbeat: { everyMs: 100, timeoutMs: 50, answered: true } }).ready()),
  renewing: () => new Rig().ready().until(800),
  'renewing in band': () => new Rig({ renewal: 'in-band' }).ready().until(800).token(),
  waiting: () => new Rig().ready().close(1012),
  stopped: () => new Rig().ready().close(4403),
} satisfies Record<string, () => Rig>;

/** The same states while a token request is under way, where the state does not imply one. */
const REQUESTING = {
  connecting: () => new Rig().ready().until(650).close(1012).until(800),
  authenticating: () =>
    authenticating(new Rig({ firstMessage: true }).ready().until(650).close(1012).until(750)).until(800),
  joining: () =>
    joining(new Rig({ firstMessage: true, join: PLAIN_JOIN }).ready().until(650).close(1012).until(750)).until(800),
  'renewing in band': () => new Rig({ renewal: 'in-band' }).ready().until(800).token(0, -1100).until(800),
  waiting: () => new Rig().ready().until(800).close(1012),
};

const EVENTS = {
  mainAlarm: (rig) => rig.ringNow('main'),
  tokenAlarm: (rig) => rig.ringNow('token'),
  onOpen: (rig) => rig.machine.onOpen(0, rig.now),
  onAuthenticated: (rig) => rig.machine.onAuthenticated(0, rig.now),
  onReady: (rig) => rig.machine.onReady(0, rig.now),
  onClosed: (rig) => rig.close(1006),
  onJoinRefused: (rig) => rig.machine.onJoinRefused(0, NETWORK.joinRefused, null, rig.now),
  onChannelLost: (rig) => rig.channelLost(null),
  onToken: (rig) => rig.token(),
  onTokenFailed: (rig) => rig.machine.onTokenFailed(0, 503, rig.now),
  invalidGrant: (rig) => rig.machine.onTokenFailed(0, NETWORK.invalidGrant, rig.now),
  onNotice: (rig) => rig.machine.onNotice(0, 'refresh', rig.now),
  onMessage: (rig) => rig.machine.onMessage(0),
  onAck: (rig) => rig.machine.onAck(0, 3, rig.now),
  onAckRecognised: (rig) => rig.machine.onAckRecognised(0, 3, rig.now),
  onRefused: (rig) => rig.machine.onRefused(0, 3, rig.now),
  onHeard: (rig) => rig.machine.onHeard(0, rig.now),
  onKeepAlive: (rig) => rig.machine.onKeepAlive(0, 100, rig.now),
  onPings: (rig) => rig.machine.onPings(0, 1000, 0),
  windDown: (rig) => rig.machine.windDown(0, rig.now),
} satisfies Record<string, (rig: Rig) => void>;

/** The filled cells of a row: the next state with the calls of the Port, `-` for the same state. */
type Row = Readonly<Record<string, string>>;

const NOTHING: Row = Object.fromEntries(Object.keys(IN).map((state) => [state, '-']));
const JOINING = ['joining', 'joining, tried again', 'joining, delayed', 'joining, without a token'];
const READY = ['ready', 'ready, joined', 'ready, pinged', 'renewing', 'renewing in band'];
const ON_CLOSED = ['connecting', 'authenticating', ...JOINING, ...READY];

/** Rows by event. In an empty cell the event is unexpected; `stopped` ignores it. */
const TABLE: Readonly<Record<keyof typeof EVENTS, Row>> = {
  mainAlarm: {
    idle: 'connecting [dial 0]',
    connecting: 'waiting [hangUp 0]',
    authenticating: 'waiting [hangUp 0]',
    joining: 'waiting [hangUp 0]',
    'joining, tried again': '-',
    'joining, delayed': '-',
    'joining, without a token': '-',
    ready: '-',
    'ready, joined': '-',
    'ready, pinged': 'waiting [hangUp 0]',
    renewing: '-',
    'renewing in band': 'waiting [hangUp 0]',
    waiting: 'connecting [dial 0]',
  },
  tokenAlarm: {
    'fetching-token': '- [abandonToken 0]',
    connecting: '- [requestToken 0]',
    authenticating: '- [requestToken 0]',
    joining: '- [requestToken 0]',
    'joining, tried again': '- [requestToken 0]',
    'joining, delayed': '- [requestToken 0]',
    'joining, without a token': '- [abandonToken 0]',
    ready: 'renewing [requestToken 0]',
    'ready, joined': 'renewing [requestToken 0]',
    'ready, pinged': 'renewing [requestToken 0]',
    renewing: '- [abandonToken 0]',
    'renewing in band': '- [requestToken 0]',
    waiting: '- [requestToken 0]',
  },
  onOpen: { connecting: 'ready' },
  onAuthenticated: { authenticating: 'ready' },
  onReady: {
    ...Object.fromEntries(JOINING.map((state) => [state, '-'])),
    authenticating: 'ready',
    joining: 'ready',
    'joining, tried again': 'ready',
    'renewing in band': 'ready',
  },
  onClosed: Object.fromEntries(ON_CLOSED.map((state) => [state, 'waiting'])),
  onJoinRefused: {
    ...Object.fromEntries(JOINING.map((state) => [state, '-'])),
    authenticating: 'waiting [hangUp 0]',
    joining: 'waiting [hangUp 0]',
  },
  onChannelLost: {
    ...Object.fromEntries(READY.map((state) => [state, 'waiting [hangUp 0]'])),
    joining: 'waiting [hangUp 0]',
    'joining, tried again': '-',
    'joining, delayed': '-',
    'joining, without a token': '-',
    authenticating: 'waiting [hangUp 0]',
    'ready, joined': 'joining',
  },
  onToken: {
    'fetching-token': 'connecting [dial 0]',
    'joining, without a token': '- [join 0]',
    renewing: 'connecting [hangUp 0, dial 0]',
  },
  onTokenFailed: { 'fetching-token': '-', 'joining, without a token': '-', renewing: '-' },
  invalidGrant: {
    'fetching-token': 'stopped',
    'joining, without a token': 'stopped [hangUp 0]',
    renewing: 'stopped [hangUp 0]',
  },
  onNotice: {
    joining: '- [requestToken 0]',
    'joining, tried again': '- [requestToken 0]',
    'joining, delayed': '- [requestToken 0]',
    'joining, without a token': '-',
    'ready, joined': 'renewing [requestToken 0]',
    ready: 'renewing [requestToken 0]',
    'ready, pinged': 'renewing [requestToken 0]',
    renewing: '-',
    'renewing in band': '-',
  },
  onMessage: NOTHING,
  onAck: NOTHING,
  onAckRecognised: NOTHING,
  onRefused: NOTHING,
  onHeard: NOTHING,
  onKeepAlive: NOTHING,
  onPings: NOTHING,
  windDown: {
    ...NOTHING,
    'fetching-token': '- [abandonToken 0]',
    connecting: '- [hangUp 0]',
    authenticating: '- [hangUp 0]',
    joining: '- [hangUp 0]',
    'joining, tried again': '- [hangUp 0]',
    'joining, delayed': '- [hangUp 0]',
    'joining, without a token': '- [abandonToken 0, hangUp 0]',
    ready: '- [hangUp 0]',
    'ready, joined': '- [hangUp 0]',
    'ready, pinged': '- [hangUp 0]',
    renewing: '- [abandonToken 0, hangUp 0]',
    'renewing in band': '- [hangUp 0]',
  },
};

/** All cells of the rows that differ while a token request is under way. */
const TABLE_REQUESTING: Readonly<Partial<Record<keyof typeof EVENTS, Row>>> = {
  tokenAlarm: {
    connecting: '- [abandonToken 0]',
    authenticating: '- [abandonToken 0]',
    joining: '- [abandonToken 0]',
    'renewing in band': '- [abandonToken 0]',
    waiting: '- [abandonToken 0]',
  },
  onToken: {
    connecting: '-',
    authenticating: '-',
    joining: '-',
    'renewing in band': '-',
    waiting: '-',
  },
  onTokenFailed: { connecting: '-', authenticating: '-', joining: '-', 'renewing in band': '-', waiting: '-' },
  invalidGrant: {
    connecting: 'stopped [hangUp 0]',
    authenticating: 'stopped [hangUp 0]',
    joining: 'stopped [hangUp 0]',
    'renewing in band': 'stopped [hangUp 0]',
    waiting: 'stopped',
  },
};

describe('the transition table', () => {
  it('has a column for each state', () => {
    expect(Object.keys(IN)).toEqual(expect.arrayContaining([...STATE_NAMES]));
    for (const [column, make] of Object.entries(IN)) expect(column.startsWith(make().state())).toBe(true);
  });

  it.each(entriesOf(TABLE))('holds in every state for %s', (event, row) => {
    for (const [state, make] of Object.entries(IN)) {
      const empty = state === 'stopped' ? '-' : '!';
      expect([state, cellOf(make(), event)]).toEqual([state, row[state] ?? empty]);
    }
  });

  it.each(entriesOf(TABLE_REQUESTING))('holds while a token is requested for %s', (event, row) => {
    for (const [state, make] of Object.entries(REQUESTING)) {
      expect([state, cellOf(make(), event)]).toEqual([state, row?.[state]]);
    }
  });
});

function entriesOf<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

/** The cell that an event produces. */
function cellOf(rig: Rig, event: keyof typeof EVENTS): string {
  const before = rig.fresh().state();
  EVENTS[event](rig);
  const unexpected = rig.seen.some((line) => line.startsWith('unexpected'));
  const next = unexpected ? '!' : rig.state() === before ? '-' : rig.state();
  // An unexpected event causes one observation and nothing else.
  expect(rig.seen.slice(unexpected ? 1 : rig.seen.length)).toEqual([]);
  return rig.asked.length > 0 ? `${next} [${rig.asked.join(', ')}]` : next;
}

/** A client whose ping had no answer within its time-out, of which the client has not noticed anything yet. */
function pinged(rig: Rig): Rig {
  rig.until(149);
  rig.now = mono(150);
  return rig;
}

function authenticating(rig: Rig): Rig {
  rig.machine.onOpen(0, rig.now);
  return rig;
}

function joining(rig: Rig): Rig {
  authenticating(rig.until(rig.now)).machine.onAuthenticated(0, rig.now);
  return rig;
}

describe('the main alarm', () => {
  it('lets an idle client arrive', () => {
    expect(new Rig().until(0)).toMatchObject({ asked: ['dial 0'], seen: ['attempt @0 meant @0 first'] });
  });

  it('abandons an attempt that takes too long, and backs off', () => {
    const rig = new Rig().until(500);
    expect(rig.asked).toEqual(['dial 0', 'hangUp 0']);
    expect(rig.seen.at(-1)).toBe(`attempt failed @500 ${NETWORK.timeout}`);
    expect(rig.state()).toBe('waiting');
  });

  it('abandons a first message that stays unanswered', () => {
    const rig = IN.authenticating().until(500);
    expect(rig.asked).toEqual(['dial 0', 'authenticate 0', 'hangUp 0']);
    expect(rig.state()).toBe('waiting');
  });

  it('ends the wait, and measures the attempt from its intended start', () => {
    const rig = IN.waiting().fresh();
    rig.context.queue.pop();
    rig.machine.ring(0, mono(100), mono(130));
    expect(rig.seen).toEqual(['attempt @130 meant @100']);
  });

  it('loses a connection whose in-band authentication stays unanswered', () => {
    const rig = new Rig({ renewal: 'in-band' }).ready().until(800).token(0, 10_000).fresh().until(1300);
    expect(rig.asked).toEqual(['hangUp 0']);
    expect(rig.seen).toContain(`lost @1300 ${NETWORK.timeout}`);
    expect(rig.state()).toBe('waiting');
  });
});

describe('becoming ready', () => {
  it('is the open socket where the token travels with the handshake', () => {
    expect(new Rig().ready().seen).toEqual(['attempt @0 meant @0 first', 'ready @0 meant @0 lost @NaN']);
  });

  it('is the answer to the first message where it travels there', () => {
    const rig = IN.authenticating();
    expect(rig.asked).toEqual(['dial 0', 'authenticate 0']);
    rig.machine.onReady(0, mono(5));
    expect(rig.state()).toBe('ready');
  });

  it('counts a recovery from the loss of the connection', () => {
    const rig = IN.waiting().until(100);
    rig.machine.onOpen(0, mono(120));
    expect(rig.seen.at(-1)).toBe('ready @120 meant @100 lost @0');
  });
});

describe('renewal', () => {
  it('asks for the next token when it is due, and reconnects with it at once', () => {
    const rig = new Rig().ready().fresh().until(800);
    expect(rig.asked).toEqual(['requestToken 0']);
    rig.now = mono(810);
    rig.token();
    expect(rig.asked).toEqual(['requestToken 0', 'hangUp 0', 'dial 0']);
    expect(rig.seen).toEqual([
      'refresh @800 meant @800',
      'refreshed @810 meant @800',
      `lost @810 ${NETWORK.renewal}`,
      'attempt @810 meant @810',
    ]);
  });

  it('presents the token on the open connection where renewal is in band', () => {
    const rig = new Rig({ renewal: 'in-band' }).ready().until(800).token().fresh();
    rig.machine.onReady(0, rig.now);
    expect(rig.state()).toBe('ready');
    expect(rig.seen).toEqual([]);
  });

  it('awaits the answer to an in-band authentication although the token after that is refused for good', () => {
    const retry = { ...PLAIN_BEHAVIOUR.refresh.retry, maxRetries: 0 };
    const rig = new Rig({ renewal: 'in-band', refresh: { ...PLAIN_BEHAVIOUR.refresh, retry } }).ready().until(800);
    // It is due for renewal as soon as it is there.
    rig.token(0, -1100).until(800);
    rig.machine.onTokenFailed(0, 503, rig.now);
    expect(rig.state()).toBe('renewing');
    rig.fresh().machine.onReady(0, rig.now);
    expect(rig.state()).toBe('ready');
    rig.until(1_000_000);
    expect(rig.seen).toEqual([]);
  });

  it('presents a token that comes before the answer to the one before once that answer is there', () => {
    // Each token is due for renewal as soon as it is there.
    const rig = new Rig({ renewal: 'in-band' }).ready().until(800).token(0, -1100).until(800).fresh();
    rig.token(0, 5000);
    expect(rig.asked).toEqual([]);
    rig.machine.onReady(0, rig.now);
    expect([rig.state(), ...rig.asked]).toEqual(['renewing', 'authenticate 0']);
    expect(rig.context.columns.presentedExpiresAt.at(0)).toBe(-300);
    rig.machine.onReady(0, rig.now);
    expect(rig.state()).toBe('ready');
    expect(rig.context.columns.presentedExpiresAt.at(0)).toBe(5800);
    expect(rig.seen.filter((line) => line.startsWith('unexpected'))).toEqual([]);
  });

  it('treats a second answer to one in-band authentication as unexpected', () => {
    const rig = new Rig({ renewal: 'in-band' }).ready().until(800).token();
    rig.machine.onReady(0, rig.now);
    rig.fresh().machine.onReady(0, rig.now);
    expect(rig.seen).toEqual(['unexpected @800 in ready']);
  });

  it('keeps a token that arrives while it waits, and dials with it', () => {
    const rig = new Rig().ready().until(800).close(1012).token().fresh().until(900);
    expect(rig.asked).toEqual(['dial 0']);
  });

  it('waits for the token under way when the backoff is over', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 5000 } })
      .ready()
      .until(800)
      .close(1012)
      .until(900);
    expect(rig.state()).toBe('fetching-token');
    expect(rig.fresh().token().asked).toEqual(['dial 0']);
  });

  it('renews at once when the token arrived while it was connecting', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 5000 } })
      .ready()
      .until(750)
      .close(1012)
      .until(850);
    expect(rig.state()).toBe('fetching-token');
    rig.token();
    rig.machine.onOpen(0, rig.now);
    expect(rig.state()).toBe('ready');
  });

  it('asks again when a request takes too long', () => {
    const rig = new Rig().ready().fresh().until(950);
    expect(rig.asked).toEqual(['requestToken 0', 'abandonToken 0', 'requestToken 0']);
    expect(rig.seen).toContain(`refresh failed @850 ${NETWORK.timeout}`);
  });
});

describe('a refresh that fails', () => {
  it('leaves the old token in use until it expires', () => {
    const rig = new Rig().ready().until(800);
    rig.machine.onTokenFailed(0, 503, rig.now);
    expect([rig.state(), rig.close(1012).until(901).state()]).toEqual(['renewing', 'connecting']);
  });

  it('ends the connection where the old token is not kept', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, keepOld: false } }).ready().until(800).fresh();
    rig.machine.onTokenFailed(0, 503, rig.now);
    expect(rig.asked).toEqual(['hangUp 0']);
    expect(rig.state()).toBe('fetching-token');
  });

  it('stops the client once the retries are used up and the connection is gone', () => {
    const retry = { ...PLAIN_BACKOFF, maxRetries: 1 };
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, retry } }).ready().until(800);
    rig.machine.onTokenFailed(0, 503, rig.now);
    rig.until(900).machine.onTokenFailed(0, 503, rig.now);
    expect(rig.state()).toBe('ready');
    expect(rig.close(4401).state()).toBe('stopped');
    expect(rig.seen.at(-1)).toBe('stopped @900 gave-up');
  });

  it('dials with the old token when it is not rejected and not yet over', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 5000 } })
      .ready()
      .until(800)
      .close(1012)
      .until(900);
    rig.fresh().machine.onTokenFailed(0, 503, rig.now);
    expect(rig.asked).toEqual(['dial 0']);
  });
});

describe('a server that sends a Retry-After', () => {
  const heeding = { ...PLAIN_BACKOFF, retryAfter: 'heed' } as const;

  it.each([
    { title: 'heeds it', backoff: heeding, at: 500 },
    { title: 'uses its own delay', backoff: PLAIN_BACKOFF, at: 100 },
  ])('after a refused attempt: the backoff $title', ({ backoff, at }) => {
    const rig = new Rig({ backoff }).until(0);
    rig.machine.onClosed(0, 503, null, rig.now, 500);
    expect(rig.fresh().until(at - 1).asked).toEqual([]);
    expect(rig.until(at).asked).toEqual(['dial 0']);
  });

  it('is obeyed after a refused token request by a client whose refreshes heed it', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, retry: heeding } }).ready().until(800);
    rig.machine.onTokenFailed(0, 429, rig.now, 150);
    rig.fresh().until(949);
    expect(rig.asked).toEqual([]);
    expect(rig.until(950).asked).toEqual(['requestToken 0']);
  });

  it('is obeyed for the last Retry-After only', () => {
    const rig = new Rig({ backoff: heeding }).until(0);
    rig.machine.onClosed(0, 503, null, rig.now, 500);
    rig.until(500).close(503);
    expect(rig.fresh().until(599).asked).toEqual([]);
    expect(rig.until(600).asked).toEqual(['dial 0']);
  });
});

describe('a close', () => {
  it('leads to a token request before the dial when the token has expired', () => {
    const rig = new Rig().ready().fresh().close(4401);
    expect(rig.asked).toEqual(['requestToken 0']);
    expect(rig.seen).toEqual(['expiryNotice 0', 'lost @0 4401 expired', 'refresh @0 meant @0']);
    expect(rig.fresh().token().asked).toEqual(['dial 0']);
  });

  it('leads to the backoff when a fresh token is rejected as well', () => {
    const rig = new Rig().ready().close(4401).token().fresh().close(401);
    expect(rig.asked).toEqual([]);
    expect(rig.state()).toBe('waiting');
    expect(rig.until(100).asked).toEqual(['requestToken 0']);
  });

  it('follows the advice of the server where the library has no rule of its own', () => {
    const rig = new Rig().ready();
    rig.machine.onClosed(0, 1000, 'stop', rig.now);
    expect(rig.seen.at(-1)).toBe('stopped @0 advised-to-stop');
  });

  it('retries at once where the library does', () => {
    const backoff = { ...PLAIN_BACKOFF, rules: [{ from: 1012, to: 1012, action: 'retry-now' as const }] };
    expect(new Rig({ backoff }).ready().fresh().close(1012).asked).toEqual(['dial 0']);
  });

  it('ends for good, or with another token, by a rule of the protocol', () => {
    const closeRules = [
      { from: 3500, to: 3999, action: 'stop' as const },
      { from: 3005, to: 3005, action: 'refresh' as const },
    ];
    expect(new Rig({ closeRules }).ready().close(3501).state()).toBe('stopped');
    const expired = new Rig({ closeRules }).ready().fresh().close(3005);
    expect(expired.asked).toEqual(['requestToken 0']);
    expect(expired.seen).toContain('lost @0 3005 expired');
    const backoff = { ...PLAIN_BACKOFF, rules: [{ from: 3501, to: 3501, action: 'refresh' as const }] };
    expect(new Rig({ closeRules, backoff }).ready().close(3501).seen).toContain('lost @0 3501 expired');
  });

  it('takes the delay of a rule, and leaves the backoff where it is when the failure does not count', () => {
    const rule = { from: 1013, to: 1013, action: 'retry' as const, delayMs: 40, counted: false };
    const rig = new Rig({ backoff: { ...PLAIN_BACKOFF, rules: [rule] } }).ready().close(1013);
    expect([rig.context.queue.nextAt(), rig.context.columns.retry.at(0)]).toEqual([40, 0]);
  });

  it('stops a client whose library does not retry the first connection', () => {
    const rig = new Rig({ backoff: { ...PLAIN_BACKOFF, retryInitial: false } }).until(0).close(NETWORK.refused);
    expect(rig.seen.at(-1)).toBe('stopped @0 gave-up');
  });

  it('stops a client that has used up its retries', () => {
    const rig = new Rig({ backoff: { ...PLAIN_BACKOFF, maxRetries: 1 } }).until(0).close(503).until(100).close(503);
    expect(rig.state()).toBe('stopped');
  });
});

describe('the backoff starts over', () => {
  const growing = { ...PLAIN_BACKOFF, growth: { kind: 'linear' as const, baseMs: 100, stepMs: 100 } };
  const delayAfterReconnect = (reset: typeof PLAIN_BACKOFF.reset, upMs: number, message = false): number => {
    const rig = new Rig({
      backoff: { ...growing, reset },
      commands: { periodMs: 50, ackTimeoutMs: 1e6, resend: true, beforeAuth: false },
    });
    rig.ready().close(1012).until(100);
    rig.machine.onOpen(0, rig.now);
    if (message) rig.machine.onMessage(0);
    rig.now = mono(100 + upMs);
    rig.close(1012);
    return rig.context.queue.dueAt(0) - rig.now;
  };

  it('when the socket opens, or the client is ready', () => {
    expect([delayAfterReconnect({ on: 'open' }, 0), delayAfterReconnect({ on: 'ready' }, 0)]).toEqual([100, 100]);
  });

  it('only after the connection was stable for as long as the rule asks', () => {
    const reset = { on: 'stable' as const, afterMs: 60 };
    expect([delayAfterReconnect(reset, 59), delayAfterReconnect(reset, 60)]).toEqual([200, 100]);
  });

  it('with the first message of the server where the rule says so', () => {
    const reset = { on: 'first-message' as const };
    expect([delayAfterReconnect(reset, 10), delayAfterReconnect(reset, 10, true)]).toEqual([200, 100]);
  });
});

describe('a token past its time', () => {
  it('adds up the exposure, and records that the client was not notified', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 1e6 } })
      .ready()
      .until(1500)
      .fresh()
      .close(1012);
    expect(rig.seen).toEqual(['exposureMs 500', 'expiryNotice failed', 'lost @1500 1012']);
  });

  it('is noticed once, by a frame and not again by the close', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 1e6 } }).ready().until(1010).fresh();
    rig.machine.onNotice(0, 'refresh', rig.now);
    rig.close(4401);
    expect(rig.seen.filter((line) => line.startsWith('expiry'))).toEqual(['expiryNotice 10']);
  });

  it('is measured anew when a newer token was accepted in band', () => {
    const rig = new Rig({ renewal: 'in-band', refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 1e6 } })
      .ready()
      .until(1200)
      .token(0, 5000)
      .fresh();
    rig.machine.onReady(0, rig.now);
    rig.now = mono(1300);
    rig.close(1012);
    expect(rig.seen).toEqual(['exposureMs 200', 'lost @1300 1012']);
  });

  it('adds no time before its acceptance in band, when it had expired long before', () => {
    const rig = new Rig({ renewal: 'in-band', refresh: { ...PLAIN_BEHAVIOUR.refresh, timeoutMs: 1e6 } })
      .ready()
      .until(1200)
      .token(0, -1100)
      .fresh();
    rig.machine.onReady(0, rig.now);
    rig.now = mono(1300);
    rig.close(1012);
    expect(rig.seen.filter((line) => line.startsWith('exposure'))).toEqual(['exposureMs 200', 'exposureMs 100']);
  });
});

describe('a clock that is wrong', () => {
  it('asks early when it is fast, and late when it is slow', () => {
    expect([dueWith(300), dueWith(0), dueWith(-300)]).toEqual([500, 800, 1100]);
  });

  it('does not affect a client that counts from the receipt', () => {
    const rig = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, clock: 'ttl' } }).ready();
    rig.machine.clock.shift(0, 300, rig.now);
    expect(rig.context.queue.nextAt()).toBe(800);
  });

  it('asks at once when the jump passes the due time', () => {
    const rig = new Rig().ready().until(100);
    rig.machine.clock.shift(0, 5000, rig.now);
    expect(rig.context.queue.nextAt()).toBe(100);
  });
});

describe('advised to log in or to stop', () => {
  for (const [advice, reason] of [
    ['login', 'logged-out'],
    ['stop', 'advised-to-stop'],
  ] as const) {
    it(`leaves and stops as ${reason}`, () => {
      const rig = new Rig().ready().fresh();
      rig.machine.onNotice(0, advice, rig.now);
      expect(rig.asked).toEqual(['hangUp 0']);
      expect(rig.seen.at(-1)).toBe(`stopped @0 ${reason}`);
    });
  }
});

describe('the end of the run', () => {
  it.each<[string, Rig, readonly string[]]>([
    ['nothing of a client that has not come', new Rig(), []],
    ['nothing of one that is ready', new Rig().ready().until(50), []],
    ['the attempt of a newcomer', new Rig().until(300), ['handshake unfinished 300']],
    [
      'the recovery of one that waits',
      new Rig().ready().until(100).close(1006).until(150),
      ['not back @150 lost @100'],
    ],
    [
      'the attempt and the recovery of one that tries again',
      new Rig().ready().until(100).close(1006).until(230),
      ['handshake unfinished 30', 'not back @230 lost @100'],
    ],
    ['the request of one that is ready all the same', new Rig().ready().until(820), ['refresh unfinished 20']],
    ['nothing of one that has stopped, which said so', new Rig().ready().close(4403), []],
  ])('leaves unfinished %s', (_what, rig, seen) => {
    rig.fresh().machine.windDown(0, rig.now);
    expect(rig.seen).toEqual(seen);
  });
});

/** The instant at which a client with this clock skew asks for its next token. */
function dueWith(offsetMs: number): number {
  const rig = new Rig().ready();
  rig.machine.clock.shift(0, offsetMs, rig.now);
  return rig.context.queue.nextAt();
}
