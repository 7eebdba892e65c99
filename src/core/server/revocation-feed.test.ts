import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Accounts, type Loss } from './accounts.ts';
import { RevocationFeed, type Revocation } from './revocation-feed.ts';

const POLL: Revocation = { kind: 'poll', everyMs: 1000 };

/** A feed for ten clients with its reports, `client loss@now` with `!` for a device that logged out itself. */
function feedOf(revocation: Revocation, beganAt = 0) {
  const heard = new Accounts(10);
  const losses: string[] = [];
  const feed = new RevocationFeed(revocation, heard, beganAt, (client, loss, byItself, now) =>
    losses.push(`${client} ${loss}${byItself ? '!' : ''}@${now}`),
  );
  return { feed, heard, losses };
}

describe('gateways hear of a loss', () => {
  it('at once where it is pushed', () => {
    const { feed, heard, losses } = feedOf({ kind: 'push' });
    feed.lost(2, 'role', false, 5);
    expect(losses).toEqual(['2 role@5']);
    expect(heard.mayCommand(2)).toBe(false);
    expect(feed.nextPollAt(5)).toBe(Infinity);
  });

  it('not at all without a feed, unless the device logs out itself', () => {
    const { feed, losses } = feedOf({ kind: 'none' });
    feed.lost(2, 'session', false, 5);
    feed.lost(3, 'session', true, 6);
    feed.poll(1000);
    expect(losses).toEqual(['3 session!@6']);
  });

  it('at the next poll, in order and once', () => {
    const { feed, losses } = feedOf(POLL);
    feed.lost(2, 'role', false, 400);
    feed.lost(0, 'session', false, 999);
    expect(feed.nextPollAt(999)).toBe(1000);
    feed.poll(1000);
    expect(losses).toEqual(['2 role@1000', '0 session@1000']);
    expect(feed.nextPollAt(1000)).toBe(Infinity);
    feed.poll(2000);
    expect(losses.length).toBe(2);
  });

  it('of no lost right once they have heard that the session is over', () => {
    const { feed, losses } = feedOf(POLL);
    feed.lost(2, 'role', false, 400);
    feed.lost(2, 'session', true, 500);
    feed.poll(1000);
    expect(losses).toEqual(['2 session!@500']);
  });
});

it('polls fall on multiples of the period since the run began, also if that is set later', () => {
  fc.assert(
    fc.property(fc.integer({ min: -5000, max: 5000 }), fc.nat(20_000), (beganAt, sinceMs) => {
      const { feed } = feedOf(POLL, 123);
      const now = beganAt + sinceMs;
      feed.runBegins(beganAt);
      feed.lost(1, 'tenant' satisfies Loss, false, now);
      const at = feed.nextPollAt(now);
      expect(at).toBeGreaterThan(now);
      expect(at - now).toBeLessThanOrEqual(1000);
      expect((at - beganAt) % 1000).toBe(0);
    }),
  );
});
