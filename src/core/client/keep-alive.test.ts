import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../signal.ts';
import { mono } from '../time/instant.ts';
import { PLAIN_BEHAVIOUR, PLAIN_JOIN, Rig } from './rig.test.helper.ts';

const HEARTBEAT = { everyMs: 1000, timeoutMs: 300, answered: true };
const UNANSWERED = { everyMs: 200, timeoutMs: 0, answered: false };
const COMMANDS = { periodMs: 100, ackTimeoutMs: 250, resend: true, beforeAuth: false };
const LONG = { refresh: { ...PLAIN_BEHAVIOUR.refresh, clock: 'ttl', lead: { ms: 0 } } } as const;

/** A client that never needs another token. */
function rig(behaviour: ConstructorParameters<typeof Rig>[0]): Rig {
  const made = new Rig({ ...LONG, ...behaviour });
  made.machine.prepare(0, 0, mono(0), mono(1e9));
  return made;
}

const of = (made: Rig, ...words: string[]): string[] =>
  made.seen.filter((line) => words.some((word) => line.startsWith(word)));

const pings = (made: Rig): number => made.asked.filter((line) => line === 'ping 0').length;

function hears(made: Rig, ...instants: readonly number[]): Rig {
  for (const at of instants) {
    made.until(at);
    made.machine.onHeard(0, made.now);
  }
  return made;
}

const givenUp = (at: number): string[] => ['silent 1', 'silenceMs 500', `lost @${at} ${NETWORK.silent}`];

describe('the pings of a server', () => {
  const PINGED = { serverSilenceMs: 500 };
  it('keep a connection as long as anything is heard, and cost one alarm for each silence allowed', () => {
    const made = rig(PINGED).ready();
    for (let at = 100; at < 2000; at += 100) {
      made.until(at);
      made.machine.onHeard(0, made.now);
    }
    expect(made.until(2399).state()).toBe('ready');
    made.fresh().until(2400);
    expect(made.asked).toEqual(['hangUp 0']);
    expect(of(made, 'silent', 'silence', 'lost')).toEqual(givenUp(2400));
  });

  it('count where a world knows of them without an event', () => {
    const made = rig(PINGED).ready();
    made.pingedAt = 400;
    expect(made.until(899).state()).toBe('ready');
    expect(of(made.fresh().until(900), 'silent', 'silence', 'lost')).toEqual(givenUp(900));
  });

  it('are announced for one connection, before it is ready or later', () => {
    const made = rig({ ...PINGED, firstMessage: true }).until(0);
    made.machine.onOpen(0, made.now);
    made.machine.onKeepAlive(0, 2000, made.now);
    made.machine.onReady(0, made.now);
    expect(made.until(1999).state()).toBe('ready');
    made.machine.onKeepAlive(0, 2500, made.now);
    expect(made.until(2499).state()).toBe('ready');
    expect(made.until(2500).state()).toBe('waiting');
    made.until(2600);
    made.machine.onOpen(0, made.now);
    made.machine.onReady(0, made.now);
    expect(made.until(3099).state()).toBe('ready');
    expect(made.until(3100).state()).toBe('waiting');
  });

  it('are awaited again after a renewal in band, whose answer has a limit of its own', () => {
    const made = rig({ ...PINGED, renewal: 'in-band', connectTimeoutMs: 800, refresh: PLAIN_BEHAVIOUR.refresh });
    made.machine.prepare(0, 0, mono(0), mono(300));
    made.ready().until(100).token().machine.onKeepAlive(0, 500, made.now);
    expect(made.state()).toBe('renewing');
    made.until(600);
    made.machine.onHeard(0, made.now);
    made.machine.onReady(0, made.now);
    expect(made.until(1099).state()).not.toBe('waiting');
    expect(made.until(1100).state()).toBe('waiting');
  });

  it('mean nothing to clients of a protocol whose server does not ping', () => {
    const made = rig({ commands: COMMANDS }).ready();
    made.machine.onKeepAlive(0, 100, made.now);
    expect(made.until(5000).state()).toBe('ready');
  });
});

describe('a heartbeat', () => {
  it('pings at its interval while something is heard after each ping', () => {
    const made = rig({ heartbeat: HEARTBEAT }).ready();
    for (let n = 1; n <= 4; n++) {
      made.until(1000 * n + 100);
      made.machine.onHeard(0, made.now);
    }
    expect(made.until(5000 + 299).asked.filter((line) => line === 'ping 0')).toHaveLength(5);
    expect(made.state()).toBe('ready');
    expect(of(made, 'silent')).toEqual([]);
  });

  it('gives up a connection over which nothing comes', () => {
    const made = rig({ heartbeat: HEARTBEAT }).ready().until(1299);
    expect(made.state()).toBe('ready');
    made.fresh().until(1300);
    expect(made.asked).toEqual(['hangUp 0']);
    expect(of(made, 'silent', 'silence', 'lost')).toEqual([
      'silent 1',
      'silenceMs 1300',
      `lost @1300 ${NETWORK.silent}`,
    ]);
    expect(made.state()).toBe('waiting');
  });

  it('does not count a message before the ping, or one still to come, as an answer', () => {
    const made = rig({ heartbeat: HEARTBEAT }).ready().until(999);
    made.machine.onHeard(0, made.now);
    expect(made.until(1300).state()).toBe('waiting');
  });

  it('accepts the answer time that a world knows in advance, if it is in time', () => {
    for (const [pongMs, state] of [
      [0, 'ready'],
      [300, 'ready'],
      [301, 'waiting'],
    ] as const) {
      const made = rig({ heartbeat: HEARTBEAT });
      made.pongMs = pongMs;
      expect(made.ready().until(1300).state()).toBe(state);
      expect(of(made, 'silen')).toEqual(state === 'ready' ? [] : ['silent 1', 'silenceMs 1300']);
    }
  });

  it('pings at its interval also where an answer may take longer', () => {
    const made = rig({ heartbeat: { everyMs: 100, timeoutMs: 350, answered: true } }).ready();
    // What is heard at 250 answers the pings at 100 and 200; the one at 300 is the first without an answer.
    made.until(250).machine.onHeard(0, made.now);
    expect([pings(made.until(649)), made.state()]).toEqual([6, 'ready']);
    made.until(650);
    expect([pings(made), made.state()]).toEqual([6, 'waiting']);
    expect(of(made, 'lost')).toEqual([`lost @650 ${NETWORK.silent}`]);
  });

  it('pauses while an in-band authentication awaits its answer, which has its own time-out', () => {
    const made = new Rig({ heartbeat: HEARTBEAT, renewal: 'in-band' }).ready().until(800).token().fresh();
    expect(made.until(1299).asked).toEqual([]);
    made.machine.onReady(0, made.now);
    expect(made.until(2298).asked).not.toContain('ping 0');
    expect(made.until(2299).asked).toContain('ping 0');
  });

  it('starts again with each connection', () => {
    const made = rig({ heartbeat: HEARTBEAT }).ready().until(1300).until(1400);
    made.machine.onOpen(0, made.now);
    expect(made.fresh().until(2400).asked).toEqual(['ping 0']);
    expect(made.until(2700).asked).toEqual(['ping 0', 'hangUp 0']);
  });
});

describe('pings after silence', () => {
  const AFTER_SILENCE = { heartbeat: HEARTBEAT, pingsAfterSilence: true } as const;

  it('go out when nothing was heard for a period, an answer included', () => {
    const made = hears(rig(AFTER_SILENCE).ready(), 400, 900, 1600);
    expect([pings(made.until(2599)), pings(made.until(2600))]).toEqual([0, 1]);
    hears(made, 2700);
    expect([pings(made.until(3699)), pings(made.until(3700))]).toEqual([1, 2]);
    expect([made.until(3999).state(), made.until(4000).state()]).toEqual(['ready', 'waiting']);
  });

  it('do not follow one that is unanswered', () => {
    const made = rig({ ...AFTER_SILENCE, heartbeat: { ...HEARTBEAT, everyMs: 200, timeoutMs: 500 } }).ready();
    hears(made.until(200), 650);
    expect([pings(made.until(849)), pings(made.until(850))]).toEqual([1, 2]);
    expect([made.until(1349).state(), made.until(1350).state(), pings(made)]).toEqual(['ready', 'waiting', 2]);
  });
});

describe('pings that the server announces', () => {
  const ANNOUNCED = { heartbeat: HEARTBEAT, heartbeatAnnounced: true, firstMessage: true } as const;

  /** A client whose server announces its pings with the acceptance of the token. */
  function told(everyMs: number, timeoutMs: number, behaviour: Parameters<typeof rig>[0] = ANNOUNCED): Rig {
    const made = rig(behaviour).until(0);
    made.machine.onOpen(0, made.now);
    made.machine.onPings(0, everyMs, timeoutMs);
    made.machine.onReady(0, made.now);
    return made;
  }

  it('take the place of the interval and the time-out, for one connection', () => {
    const made = told(200, 100);
    expect([pings(made.until(200)), made.until(299).state()]).toEqual([1, 'ready']);
    expect(made.until(300).state()).toBe('waiting');
    made.until(400);
    made.machine.onOpen(0, made.now);
    made.machine.onReady(0, made.now);
    expect([pings(made.until(1399)), pings(made.until(1400))]).toEqual([1, 2]);
    expect([made.until(1699).state(), made.until(1700).state()]).toEqual(['ready', 'waiting']);
  });

  it('leave the time-out of the scenario where they have none', () => {
    expect([told(200, 0).until(499).state(), told(200, 0).until(500).state()]).toEqual(['ready', 'waiting']);
  });

  it('mean nothing to clients with pings of their own', () => {
    const own = told(200, 100, { ...ANNOUNCED, heartbeatAnnounced: false });
    expect([pings(own.until(999)), pings(own.until(1000))]).toEqual([0, 1]);
  });

  it('begin when the client is ready, where it has no channel to join after all', () => {
    const made = told(200, 100, { ...ANNOUNCED, join: PLAIN_JOIN });
    expect([pings(made.until(199)), pings(made.until(200))]).toEqual([0, 1]);
  });

  it('mean nothing to clients that do not ping, and after the acceptance', () => {
    expect(pings(told(200, 100, { ...ANNOUNCED, heartbeat: null }).until(5000))).toBe(0);
    const made = told(600, 300);
    made.machine.onPings(0, 100, 100);
    expect([pings(made.until(599)), pings(made.until(600))]).toEqual([0, 1]);
  });

  it('begin with the open socket of a client that joins its channels', () => {
    const made = rig({ ...ANNOUNCED, join: { ...PLAIN_JOIN, timeoutMs: 5000 } }).until(0);
    made.machine.onOpen(0, made.now);
    made.machine.onPings(0, 200, 100);
    made.machine.onAuthenticated(0, made.now);
    expect([pings(made.until(199)), pings(made.until(200))]).toEqual([0, 1]);
  });
});

describe('pings of both sides', () => {
  it('go out at their interval, unanswered, while the silence that the server allows decides', () => {
    const made = rig({ heartbeat: UNANSWERED, serverSilenceMs: 500 }).ready();
    for (let at = 400; at < 2000; at += 400) {
      made.until(at);
      made.machine.onHeard(0, made.now);
    }
    expect([made.until(2099).state(), pings(made)]).toEqual(['ready', 10]);
    made.fresh().until(2100);
    expect(made.asked).toEqual(['hangUp 0']);
    expect(of(made, 'silent', 'silence', 'lost')).toEqual(givenUp(2100));
  });

  it('go out unanswered for as long as the connection stays, where no silence ends it', () => {
    const made = rig({ heartbeat: UNANSWERED }).ready();
    expect([made.until(2000).state(), pings(made)]).toEqual(['ready', 10]);
  });

  it.each([
    ['the missing answer', 5000, 1300],
    ['the silence of the server', 700, 700],
    ['the silence between a ping and its answer', 1200, 1200],
  ])('end a connection by %s, if that comes first', (_, serverSilenceMs, at) => {
    const made = rig({ heartbeat: HEARTBEAT, serverSilenceMs }).ready();
    expect(made.until(at - 1).state()).toBe('ready');
    expect(made.until(at).state()).toBe('waiting');
  });

  it('keep to an announcement of the server beside their own interval', () => {
    const made = rig({ heartbeat: UNANSWERED, serverSilenceMs: 500 }).ready();
    made.machine.onKeepAlive(0, 1000, made.now);
    expect([made.until(999).state(), pings(made)]).toEqual(['ready', 4]);
    expect(made.until(1000).state()).toBe('waiting');
  });

  it('are planned again after a renewal in band', () => {
    const both = {
      heartbeat: UNANSWERED,
      serverSilenceMs: 5000,
      renewal: 'in-band',
      refresh: PLAIN_BEHAVIOUR.refresh,
    } as const;
    const made = rig(both);
    made.machine.prepare(0, 0, mono(0), mono(300));
    made.ready().until(100).token();
    expect(pings(made.until(350))).toBe(0);
    made.machine.onReady(0, made.now);
    expect([pings(made.until(549)), pings(made.until(550))]).toEqual([0, 1]);
  });

  it('end a connection exactly where either alone would, whatever is heard', () => {
    const gap = fc.integer({ min: 1, max: 900 });
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 30 }), fc.integer({ min: 100, max: 2500 }), (gaps, serverSilenceMs) => {
        const endOf = (behaviour: Parameters<typeof rig>[0]): number => {
          const made = rig(behaviour).ready();
          for (const ms of gaps) {
            made.until(made.now + ms);
            if (made.state() === 'ready') made.machine.onHeard(0, made.now);
          }
          made.until(60_000);
          return Number(/@(\d+)/.exec(of(made, 'lost')[0]!)![1]);
        };
        const alone = [endOf({ heartbeat: HEARTBEAT }), endOf({ serverSilenceMs })];
        expect(endOf({ heartbeat: HEARTBEAT, serverSilenceMs })).toBe(Math.min(...alone));
        expect(endOf({ heartbeat: UNANSWERED, serverSilenceMs })).toBe(alone[1]);
      }),
    );
  });
});

describe('a silent connection', () => {
  it('is noticed once, by an unacknowledged command, and its length is recorded at its end', () => {
    const made = rig({ commands: COMMANDS }).ready().until(2000);
    expect(of(made, 'gave up').length).toBeGreaterThan(5);
    expect(of(made, 'silent')).toEqual(['silent 1']);
    expect(of(made.close(1012), 'silence')).toEqual(['silenceMs 2000']);
  });

  it('is not found while other messages arrive', () => {
    const made = rig({ commands: COMMANDS }).ready();
    for (let at = 50; at <= 2000; at += 50) {
      made.until(at);
      made.machine.onHeard(0, made.now);
    }
    expect(of(made, 'gave up').length).toBeGreaterThan(5);
    expect(of(made.close(1012), 'silen')).toEqual([]);
  });

  it('counts once, although it may end and begin again', () => {
    const made = rig({ commands: COMMANDS }).ready().until(1000);
    made.machine.onHeard(0, made.now);
    made.until(2000).machine.windDown(0, mono(2000));
    expect(of(made, 'silen')).toEqual(['silent 1', 'silenceMs 1000', 'silenceMs 1000']);
  });
});

describe('commands before the first message is answered', () => {
  const early = { firstMessage: true, commands: { ...COMMANDS, beforeAuth: true } };

  it('are sent as soon as the socket is open, and not again when the answer comes', () => {
    const made = rig(early).until(100);
    made.machine.onOpen(0, made.now);
    expect(made.asked).toEqual(['dial 0', 'authenticate 0', 'send 0 0']);
    made.until(200).machine.onReady(0, made.now);
    expect(made.asked.slice(3)).toEqual(['send 0 1']);
    expect(made.machine.commandSentAt(0, 0)).toBe(100);
  });

  it('are sent again over the next connection', () => {
    const made = rig(early).until(100);
    made.machine.onOpen(0, made.now);
    made.close(1012).until(200).fresh();
    made.machine.onOpen(0, made.now);
    expect(made.asked).toEqual(['authenticate 0', 'send 0 0 again', 'send 0 1']);
  });

  it('wait for the answer where they may not be sent before it', () => {
    const made = rig({ ...early, commands: COMMANDS }).until(100);
    made.machine.onOpen(0, made.now);
    expect(made.fresh().asked).toEqual([]);
    made.machine.onReady(0, made.now);
    expect(made.asked).toEqual(['send 0 0']);
  });
});

describe('a revoked session', () => {
  it('is timed until its connection ends, for any reason', () => {
    const made = rig({}).ready().until(500);
    expect(made.machine.revoked(0, made.now)).toBe(true);
    made.until(700);
    expect(made.machine.revoked(0, made.now)).toBe(true);
    expect(of(made.until(900).close(1012), 'revocation')).toEqual(['revocation 400']);
    made.until(1000).machine.onOpen(0, made.now);
    expect(of(made.close(1012), 'revocation')).toHaveLength(1);
  });

  it('is timed also when it is reported after the end of its connection', () => {
    const made = rig({}).ready().until(900).close(1012);
    const at = made.now;
    made.until(901);
    expect(made.machine.revoked(0, at)).toBe(true);
    expect(of(made, 'revocation')).toEqual(['revocation 0']);
    expect(made.machine.revoked(0, made.now)).toBe(false);
  });

  it('is never closed when its connection outlives the run', () => {
    const made = rig({}).ready();
    made.machine.revoked(0, made.now);
    made.until(900).machine.windDown(0, made.now);
    expect(of(made, 'revocation')).toEqual(['revocation failed']);
  });

  it('is timed although it is reported when the connection has ended already', () => {
    const made = rig({}).ready().until(500).close(1012).until(550);
    expect(made.machine.revoked(0, mono(300))).toBe(true);
    expect(of(made, 'revocation')).toEqual(['revocation 200']);
  });

  it('is not timed without a connection', () => {
    const made = rig({}).ready().close(1012).until(50);
    expect(made.machine.revoked(0, made.now)).toBe(false);
    made.until(100).machine.onOpen(0, made.now);
    expect(of(made.close(1012), 'revocation')).toEqual([]);
  });
});
