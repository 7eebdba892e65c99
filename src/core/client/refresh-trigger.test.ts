import { describe, expect, it } from 'vitest';
import type { RefreshTrigger } from '../policy/refresh.ts';
import { NETWORK } from '../signal.ts';
import { mono } from '../time/instant.ts';
import { LIFETIME_MS, PLAIN_BEHAVIOUR, PLAIN_JOIN, Rig } from './rig.test.helper.ts';

function rig(trigger: RefreshTrigger, joins = false): Rig {
  const refresh = { ...PLAIN_BEHAVIOUR.refresh, trigger };
  return new Rig(joins ? { refresh, join: PLAIN_JOIN } : { refresh }).ready().fresh();
}

describe('clients that ask for tokens when they connect', () => {
  it('ask for none while they are connected, and for one in the attempt after it was due', () => {
    const made = rig('connect').until(3 * LIFETIME_MS);
    expect(made.asked).toEqual([]);
    made.close(1006).until(made.now + 100);
    expect(made.asked).toEqual(['requestToken 0']);
    expect(made.token().asked).toEqual(['requestToken 0', 'dial 0']);
  });

  it('connect with the token in hand while it is not due', () => {
    expect(rig('connect').until(500).close(1006).until(600).asked).toEqual(['dial 0']);
  });

  it('wait for the delay after a refusal, like after any other failure, and ask then', () => {
    const made = rig('connect').until(500).close(1006).until(600).fresh().close(401);
    expect([made.state(), made.asked]).toEqual(['waiting', []]);
    expect(made.until(700).asked).toEqual(['requestToken 0']);
  });

  it('get another token at once where the server asks for one', () => {
    const made = rig('connect').until(100);
    made.machine.onNotice(0, 'refresh', made.now);
    expect([made.state(), made.asked]).toEqual(['renewing', ['requestToken 0']]);
  });

  it('wait for the delay before a join that follows a refused one, and ask then', () => {
    const made = rig('connect', true).until(100).fresh().channelLost('refresh');
    expect(made.asked).toEqual([]);
    expect(made.until(200).asked).toEqual(['requestToken 0']);
  });

  it('repeat a request that failed, until a token comes', () => {
    const made = rig('connect')
      .until(LIFETIME_MS)
      .close(1006)
      .until(LIFETIME_MS + 100)
      .fresh();
    made.machine.onTokenFailed(0, 503, made.now);
    expect(made.until(made.now + 100).asked).toEqual(['requestToken 0']);
  });
});

describe('clients that get no other token than their first', () => {
  it('present it after it has expired, and after it was refused', () => {
    const made = rig('never')
      .until(3 * LIFETIME_MS)
      .close(1006)
      .until(3 * LIFETIME_MS + 100);
    expect(made.asked).toEqual(['dial 0']);
    expect(made.fresh().close(401).asked).toEqual([]);
    expect(made.until(made.now + 100).asked).toEqual(['dial 0']);
  });

  it('stay ready where the server says that the token expires', () => {
    const made = rig('never').until(100);
    made.machine.onNotice(0, 'refresh', made.now);
    expect([made.state(), made.asked]).toEqual(['ready', []]);
  });

  it('join again with it, after the delay', () => {
    const made = rig('never', true).until(100).fresh().channelLost('refresh');
    expect(made.until(200).asked).toEqual(['join 0']);
    made.machine.onJoinRefused(0, NETWORK.joinRefused, 'refresh', made.now);
    expect(made.fresh().until(300).asked).toEqual(['join 0']);
  });

  it('log in, where they come without a token', () => {
    const made = new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, trigger: 'never' } });
    made.machine.prepareTokenless(0, 0);
    expect(made.until(0).asked).toEqual(['requestToken 0 first']);
    made.machine.onToken(0, made.now, mono(made.now + LIFETIME_MS), made.now);
    expect(made.asked).toContain('dial 0');
  });
});
