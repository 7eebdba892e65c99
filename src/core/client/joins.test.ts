import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../signal.ts';
import { mono } from '../time/instant.ts';
import { isRejoining } from './columns.ts';
import { PLAIN_BACKOFF, PLAIN_BEHAVIOUR, PLAIN_JOIN, Rig } from './rig.test.helper.ts';

const TABLE = { kind: 'table', delaysMs: [10, 20], then: 'repeat' } as const;
const COMMANDS = { periodMs: 10, ackTimeoutMs: 1e6, resend: true, beforeAuth: false };

/** A client that never needs another token, and joins again after 10 ms, then 20 ms; its join times out after 50 ms. */
function rig(behaviour: ConstructorParameters<typeof Rig>[0] = {}): Rig {
  const made = new Rig({ join: { ...PLAIN_JOIN, rejoin: { ...PLAIN_BACKOFF, growth: TABLE } }, ...behaviour });
  made.machine.prepare(0, 0, mono(0), mono(1e9));
  return made;
}

/** The same client with its socket open: it has asked for its channels. */
function joining(behaviour?: Parameters<typeof rig>[0]): Rig {
  const made = rig(behaviour).until(0);
  made.machine.onOpen(0, made.now);
  return made;
}

const of = (made: Rig, ...words: string[]): string[] =>
  made.seen.filter((line) => words.some((word) => line.startsWith(word)));

describe('a join', () => {
  it('is asked for as soon as the socket is open and authenticated, and makes the client ready', () => {
    const made = rig({ firstMessage: true }).until(0);
    made.machine.onOpen(0, made.now);
    made.machine.onAuthenticated(0, made.now);
    expect([made.state(), made.asked]).toEqual(['joining', ['dial 0', 'authenticate 0', 'join 0']]);
    made.machine.onReady(0, mono(30));
    expect(made.state()).toBe('ready');
    expect(made.seen).toEqual([
      'attempt @0 meant @0 first',
      'join @0 meant @0',
      'joined @30 meant @0',
      'ready @30 meant @0 lost @NaN',
    ]);
  });

  it('follows the open socket where the upgrade has authenticated it', () => {
    expect(joining().asked).toEqual(['dial 0', 'join 0']);
  });

  it('that is refused is tried again after the rejoin delay, within the same attempt', () => {
    const made = joining().fresh();
    made.machine.onJoinRefused(0, NETWORK.joinRefused, null, made.now);
    expect(made.until(9).asked).toEqual([]);
    expect(made.until(10).asked).toEqual(['join 0']);
    made.machine.onJoinRefused(0, NETWORK.joinRefused, 'retry', made.now);
    expect(made.until(30).asked).toEqual(['join 0', 'join 0']);
    made.machine.onReady(0, made.now);
    expect(made.seen).toEqual([
      'join failed',
      'join @10 meant @10',
      'join failed',
      'join @30 meant @30',
      'joined @30 meant @30',
      'ready @30 meant @0 lost @NaN',
    ]);
  });

  it('that times out is tried again, and begins anew with the delays once it has been joined', () => {
    const made = joining().until(60);
    expect(made.asked).toEqual(['dial 0', 'join 0', 'join 0']);
    expect(made.until(130).asked).toHaveLength(4);
    made.machine.onReady(0, made.now);
    made.fresh().channelLost(null);
    expect(made.until(140).asked).toEqual(['join 0']);
  });

  it('that is refused for good stops the client, or ends with the policy', () => {
    for (const [advice, reason] of [
      ['stop', 'advised-to-stop'],
      ['login', 'logged-out'],
    ] as const) {
      const made = joining().fresh();
      made.machine.onJoinRefused(0, NETWORK.joinRefused, advice, made.now);
      expect(made.asked).toEqual(['hangUp 0']);
      expect(made.seen).toEqual(['join failed', `attempt failed @0 ${NETWORK.joinRefused}`, `stopped @0 ${reason}`]);
    }
    const once = { ...PLAIN_JOIN, rejoin: { ...PLAIN_BACKOFF, maxRetries: 1 } };
    expect(joining({ join: once }).until(1000).seen.slice(-2)).toEqual([
      `attempt failed @200 ${NETWORK.timeout}`,
      'stopped @200 gave-up',
    ]);
  });

  it('fails with its connection, whose attempt is over', () => {
    const made = joining().fresh().close(1012);
    expect(made.state()).toBe('waiting');
    expect(made.seen).toEqual(['join failed', 'attempt failed @0 1012']);
    expect(made.until(1000).asked).not.toContain('join 0');
  });

  it('is under the limit on the attempt where it is not tried again', () => {
    const made = joining({ join: { ...PLAIN_JOIN, rejoin: null } }).until(499);
    expect(made.state()).toBe('joining');
    made.fresh().until(500);
    expect([made.state(), made.asked]).toEqual(['waiting', ['hangUp 0']]);
    expect(made.seen).toEqual(['join failed', `attempt failed @500 ${NETWORK.timeout}`]);
  });

  it('is unfinished, with its attempt, when the run ends', () => {
    const made = joining().until(20).fresh();
    made.machine.windDown(0, made.now);
    expect(made.seen).toEqual(['join unfinished 20', 'handshake unfinished 20']);
    expect(made.asked).toEqual(['hangUp 0']);
  });
});

describe('a lost channel', () => {
  it('is a loss of its own kind, after which the same connection is joined again', () => {
    const made = rig().ready().until(100).fresh().channelLost(null);
    expect(made.state()).toBe('joining');
    made.until(115).machine.onReady(0, made.now);
    expect(made.asked).toEqual(['join 0']);
    expect(made.seen).toEqual([
      `lost @100 ${NETWORK.channelLost}`,
      'join @110 meant @110',
      'joined @115 meant @110',
      'rejoined @115 lost @100',
    ]);
  });

  it('pauses commands, which are sent again once it is joined', () => {
    const made = rig({ commands: COMMANDS }).ready().until(10).fresh().channelLost(null);
    made.until(19.9);
    expect(made.asked).toEqual([]);
    made.until(35).machine.onReady(0, made.now);
    expect(made.asked.slice(0, 3)).toEqual(['join 0', 'send 0 0 again', 'send 0 1']);
  });

  it('pauses commands also where they are sent before the answer to a first message', () => {
    const made = rig({ firstMessage: true, commands: { ...COMMANDS, beforeAuth: true } }).until(0);
    made.machine.onOpen(0, made.now);
    made.machine.onAuthenticated(0, made.now);
    expect(made.until(10).asked).toContain('send 0 0');
    made.machine.onReady(0, made.now);
    made.fresh().channelLost(null);
    expect(made.until(25).asked).toEqual(['join 0']);
    made.machine.onReady(0, made.now);
    expect(made.asked[1]).toBe('send 0 0 again');
  });

  it('whose socket ends before it is joined costs no second loss, and no failed attempt', () => {
    const made = rig().ready().channelLost(null).fresh().close(1012);
    expect(made.seen).toEqual([]);
    expect(made.state()).toBe('waiting');
    made.until(100).machine.onOpen(0, made.now);
    made.machine.onReady(0, made.now);
    expect(made.seen.at(-1)).toBe('ready @100 meant @100 lost @0');
  });

  it('is not back when the run ends', () => {
    const made = rig().ready().channelLost(null).until(15).fresh();
    made.machine.windDown(0, made.now);
    expect(made.seen).toEqual(['join unfinished 5', 'not back @15 lost @0']);
    expect(made.asked).toEqual(['hangUp 0']);
  });

  it('ends the connection where joins are not tried again, or there are none', () => {
    for (const join of [null, { ...PLAIN_JOIN, rejoin: null }]) {
      const made = rig({ join }).ready().fresh().channelLost(null);
      expect([made.state(), made.asked, made.seen]).toEqual([
        'waiting',
        ['hangUp 0'],
        [`lost @0 ${NETWORK.channelLost}`],
      ]);
    }
  });

  it('is heard of once, however often the server says it', () => {
    const made = rig().ready().channelLost(null).channelLost(null).fresh();
    expect(made.channelLost(null).seen).toEqual([]);
    expect(made.until(10).asked).toEqual(['join 0']);
  });
});

describe('advice to refresh', () => {
  it('gets another token, then joins with it', () => {
    const made = rig().ready().until(100).fresh().channelLost('refresh');
    expect(made.asked).toEqual(['requestToken 0']);
    made.until(120).token(0, 1e9);
    expect(made.asked).toEqual(['requestToken 0', 'join 0']);
    made.machine.onReady(0, made.now);
    expect(made.seen).toContain(`lost @100 ${NETWORK.channelLost} expired`);
    expect(made.asked).toHaveLength(2);
  });

  it('waits for the rejoin delay where the token before was refused, too', () => {
    const made = joining();
    made.machine.onJoinRefused(0, NETWORK.joinRefused, 'refresh', made.now);
    made.token(0, 1e9).fresh();
    made.machine.onJoinRefused(0, NETWORK.joinRefused, 'refresh', made.now);
    expect(made.until(9).asked).toEqual([]);
    expect(made.until(10).asked).toEqual(['requestToken 0']);
    expect(made.token(0, 1e9).asked).toEqual(['requestToken 0', 'join 0']);
  });

  it('waits for the rejoin delay where the channel that another token has joined is lost at once', () => {
    const made = rig().ready().until(100).channelLost('refresh').token(0, 1e9);
    made.until(105).machine.onReady(0, made.now);
    made.fresh();
    for (const at of [107, 125, 140]) {
      made.until(at).channelLost('refresh');
      expect(made.until(at + 9.9).asked).toEqual([]);
      expect(made.until(at + 10).asked).toEqual(['requestToken 0']);
      made.token(0, 1e9).machine.onReady(0, made.now);
      made.fresh();
    }
    // One that is there for longer than the delay is no such channel.
    made.until(160).channelLost('refresh');
    expect(made.asked).toEqual(['requestToken 0']);
  });

  it('makes a loop of such losses that is found', () => {
    const made = rig({ loop: { rounds: 5, withinMs: 100 } }).ready();
    for (let n = 0; n < 20; n++) {
      made.channelLost('refresh').until(made.now + 10);
      made.token(0, 1e9).machine.onReady(0, made.now);
    }
    expect(of(made, 'loopingRefresh')).toHaveLength(1);
  });

  it('is followed at once by a client whose connection ends after it joined again', () => {
    const made = rig().ready().until(100).channelLost('refresh').token(0, 1e9);
    made.machine.onReady(0, made.now);
    made.fresh().close(4401);
    expect(made.asked).toEqual(['requestToken 0']);
  });

  it('ends the connection where a join does not present the token', () => {
    const made = rig({ join: { ...PLAIN_JOIN, presents: false } })
      .ready()
      .fresh()
      .channelLost('refresh');
    expect([made.state(), made.asked]).toEqual(['fetching-token', ['hangUp 0', 'requestToken 0']]);
    expect(made.seen).toContain(`lost @0 ${NETWORK.channelLost} expired`);
  });

  it('stops the client when no token comes any more', () => {
    const refresh = { ...PLAIN_BEHAVIOUR.refresh, retry: { ...PLAIN_BACKOFF, maxRetries: 0 } };
    const made = rig({ refresh }).ready().channelLost('refresh').fresh();
    made.machine.onTokenFailed(0, 503, made.now);
    expect([made.state(), made.asked]).toEqual(['stopped', ['hangUp 0']]);
    expect(made.seen.at(-1)).toBe('stopped @0 gave-up');
  });

  it('is followed when the gateway warns a client that joins', () => {
    const made = joining().fresh();
    made.machine.onNotice(0, 'refresh', made.now);
    expect(made.asked).toEqual(['requestToken 0']);
    // The newer token is kept, and presented once the client is ready.
    made.token(0, 2e9).machine.onReady(0, made.now);
    expect(made.asked).toEqual(['requestToken 0', 'hangUp 0', 'dial 0']);
  });
});

describe('other advice of a warning to a client that joins', () => {
  it.each([
    ['login', 'logged-out'],
    ['stop', 'advised-to-stop'],
  ] as const)('ends its session: %s', (advice, reason) => {
    const made = joining().fresh();
    made.machine.onNotice(0, advice, made.now);
    expect([made.state(), made.asked]).toEqual(['stopped', ['hangUp 0']]);
    expect(made.seen).toEqual(['join failed', `attempt failed @0 ${NETWORK.renewal}`, `stopped @0 ${reason}`]);
    const again = rig().ready().channelLost(null).fresh();
    again.machine.onNotice(0, advice, again.now);
    expect([again.state(), again.asked, again.seen]).toEqual(['stopped', ['hangUp 0'], [`stopped @0 ${reason}`]]);
  });

  it('is none: to retry leaves it as it is', () => {
    const made = joining().fresh();
    made.machine.onNotice(0, 'retry', made.now);
    expect([made.state(), made.asked]).toEqual(['joining', []]);
  });
});

describe('keep-alive', () => {
  const HEARTBEAT = { everyMs: 30, timeoutMs: 15, answered: true };

  it('goes on while channels are joined again and again', () => {
    const made = rig({ heartbeat: HEARTBEAT, join: { ...PLAIN_JOIN, timeoutMs: 1000 } }).until(0);
    made.machine.onOpen(0, made.now);
    for (let at = 5; at <= 200; at += 5) made.until(at).machine.onHeard(0, made.now);
    expect(made.asked.filter((line) => line === 'ping 0')).toHaveLength(6);
    expect(made.until(225).state()).toBe('waiting');
    expect(made.seen.at(-1)).toBe(`attempt failed @225 ${NETWORK.silent}`);
  });

  it('of the server ends a connection that joins as it ends a ready one', () => {
    const made = joining({ serverSilenceMs: 40, join: { ...PLAIN_JOIN, timeoutMs: 1000 } });
    expect(made.until(39).state()).toBe('joining');
    made.machine.onKeepAlive(0, 70, made.now);
    expect([made.until(69).state(), made.until(70).state()]).toEqual(['joining', 'waiting']);
  });

  it('keeps its interval from the open socket on, across the join', () => {
    const made = joining({ heartbeat: HEARTBEAT }).until(20);
    made.machine.onReady(0, made.now);
    expect([made.until(29).asked.includes('ping 0'), made.until(30).asked.includes('ping 0')]).toEqual([false, true]);
  });
});

it('attempts, losses and joins add up, whatever the server does', () => {
  const step = fc.constantFrom('ready', 'refuse', 'refresh', 'lose', 'close', 'open', 'token', 'wait', 'fail');
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.tuple(step, fc.nat(60)), { maxLength: 60 }),
      (presents, again, steps) => {
        const made = rig({
          commands: COMMANDS,
          join: { ...PLAIN_JOIN, rejoin: again ? PLAIN_BACKOFF : null, presents },
        });
        for (const [what, ms] of steps) {
          made.until(made.now + ms);
          const state = made.state();
          if (what === 'open' && state === 'connecting') made.machine.onOpen(0, made.now);
          if (what === 'ready') made.machine.onReady(0, made.now);
          if (what === 'refuse') made.machine.onJoinRefused(0, NETWORK.joinRefused, null, made.now);
          if (what === 'refresh') made.machine.onJoinRefused(0, NETWORK.joinRefused, 'refresh', made.now);
          if (what === 'lose') made.channelLost(ms % 2 === 0 ? 'refresh' : null);
          if (what === 'close') made.close(1012);
          if (what === 'token') made.token(0, 1e9);
          if (what === 'fail') made.machine.onTokenFailed(0, 503, made.now);
        }
        const state = made.state();
        const [ready, rejoined, lost, back] = ['ready', 'rejoined', 'lost', 'joined'].map(
          (word) => made.seen.filter((line) => line.startsWith(`${word} `)).length,
        ) as [number, number, number, number];
        const isReady = state === 'ready' || state === 'renewing' ? 1 : 0;
        expect(ready + rejoined - lost).toBe(isReady);
        expect(ready + rejoined).toBe(back);
        const attempts = of(made, 'attempt @').length;
        const isJoining = state === 'joining' && !isRejoining(made.context.columns, 0);
        const underWay = state === 'connecting' || isJoining ? 1 : 0;
        expect(attempts - ready - of(made, 'attempt failed').length).toBe(underWay);
        const open = of(made, 'join @').length - back - of(made, 'join failed').length;
        expect(open === 0 || (open === 1 && state === 'joining')).toBe(true);
      },
    ),
  );
});
