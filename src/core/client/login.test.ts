import { describe, expect, it } from 'vitest';
import { NETWORK } from '../signal.ts';
import { mono } from '../time/instant.ts';
import { PLAIN_BACKOFF, PLAIN_BEHAVIOUR, Rig } from './rig.test.helper.ts';

/** A client that arrives at 0 without a token. */
function tokenless(behaviour: ConstructorParameters<typeof Rig>[0] = {}): Rig {
  const rig = new Rig(behaviour);
  rig.machine.prepareTokenless(0, 0);
  return rig;
}

/** A client that shares another device's login. */
function sharing(): Rig {
  const rig = tokenless();
  rig.sharesRequests = true;
  return rig.until(0);
}

describe('a client without a token', () => {
  it('logs in when it arrives, dials with its first token, and refreshes later as any other', () => {
    const rig = tokenless().until(0);
    expect(rig.state()).toBe('fetching-token');
    expect(rig.asked).toEqual(['requestToken 0 first']);
    rig.until(30).token();
    expect(rig.state()).toBe('connecting');
    expect(rig.seen).toEqual(['login 30', 'attempt @30 meant @30 first']);
    rig.machine.onOpen(0, rig.now);
    expect(rig.fresh().until(830).asked).toEqual(['requestToken 0']);
    expect(rig.seen).toEqual(['refresh @830 meant @830']);
  });

  it('tries again after a failed login, by the policy of refreshes', () => {
    const rig = tokenless().until(10);
    rig.machine.onTokenFailed(0, 503, rig.now);
    expect(rig.seen).toEqual(['login failed']);
    expect(rig.fresh().until(110).asked).toEqual(['requestToken 0 first']);
  });

  it('stops when its credentials are refused, and when its retries are used up', () => {
    const refused = tokenless().until(0);
    refused.machine.onTokenFailed(0, NETWORK.invalidGrant, refused.now);
    expect(refused.state()).toBe('stopped');
    expect(refused.seen.at(-1)).toBe('stopped @0 logged-out');

    const retry = { ...PLAIN_BACKOFF, maxRetries: 0 };
    const tired = tokenless({ refresh: { ...PLAIN_BEHAVIOUR.refresh, retry } }).until(0);
    tired.machine.onTokenFailed(0, 503, tired.now);
    expect(tired.seen.at(-1)).toBe('stopped @0 gave-up');
  });

  it('has a login that takes too long counted as failed, and one that is under way at the end as unfinished', () => {
    const slow = tokenless().until(50);
    expect(slow.asked).toEqual(['requestToken 0 first', 'abandonToken 0']);
    expect(slow.seen).toEqual(['login failed']);

    const cut = tokenless().until(20);
    cut.machine.windDown(0, mono(20));
    expect(cut.seen).toEqual(['login unfinished 20']);
  });

  it('has no request recorded that another device of its user makes, whatever comes of it', () => {
    const served = sharing();
    served.until(30).token();
    expect(served.state()).toBe('connecting');
    expect(served.seen).toEqual(['attempt @30 meant @30 first']);
    served.machine.onOpen(0, served.now);
    expect(served.until(830).asked.at(-1)).toBe('requestToken 0');
    served.machine.onTokenFailed(0, 503, served.now);
    expect(served.seen.filter((text) => text.includes('refresh'))).toEqual([]);

    expect(sharing().until(50).asked).toEqual(['requestToken 0 first', 'abandonToken 0']);
    const cut = sharing();
    cut.machine.windDown(0, mono(20));
    expect(cut.asked).toEqual(['requestToken 0 first', 'abandonToken 0']);
    expect(cut.seen).toEqual([]);
  });
});
