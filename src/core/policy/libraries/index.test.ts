import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NETWORK } from '../../signal.ts';
import { decide } from '../classify.ts';
import { delayMs } from '../delay.ts';
import { LIBRARIES } from './index.ts';
import type { Library } from './library.ts';

// The golden delays and the tables of close codes come from the libraries, at the versions that the presets name.
// socket.io-client's Backoff and SignalR's DefaultReconnectPolicy were called directly; the others ran whole on a fake
// WebSocket that opens and closes on command, with Math.random scripted and setTimeout recording its delays. rfc6455 is
// tested against the text of the RFC.

function preset(name: string): Library {
  const found = LIBRARIES[name];
  if (found === undefined) throw new Error(`no preset ${name}`);
  return found;
}

function delays(name: string, count: number, u: number): number[] {
  return Array.from({ length: count }, (_, retry) => delayMs(preset(name).policy, retry, 0, u));
}

describe('socket.io-client', () => {
  const draws = [0, 0.05, 0.15, 0.25, 0.5, 0.75, 0.85, 0.95, 0.999];

  test.each([
    [0, [1000, 975, 1075, 875, 1250, 1375, 575, 1475, 1499]],
    [1, [2000, 1950, 2150, 1750, 2500, 2750, 1150, 2950, 2999]],
    [2, [4000, 3900, 4300, 3500, 5000, 5000, 2300, 5000, 5000]],
    [3, [5000, 5000, 5000, 5000, 5000, 5000, 4600, 5000, 5000]],
    [4, [5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000]],
    [1014, [5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000]],
    [1015, [0, 0, 5000, 0, 5000, 5000, 0, 5000, 5000]],
    [1100, [0, 0, 5000, 0, 5000, 5000, 0, 5000, 5000]],
  ])('retry %d: the golden delays', (retry, expected) => {
    const { policy } = preset('socket.io-client');
    expect(draws.map((u) => delayMs(policy, retry, 0, u))).toEqual(expected);
  });
});

describe('graphql-ws', () => {
  test('waits the golden delays five times, then gives up', () => {
    // Math.random gave 0, 0.05, 0.15, 0.25, 0.5 in turn.
    const { policy } = preset('graphql-ws');
    const expected = [1300, 2435, 4705, 8975, 17_650, Infinity];
    expect([0, 0.05, 0.15, 0.25, 0.5, 0.75].map((u, retry) => delayMs(policy, retry, 0, u))).toEqual(expected);
  });

  // Ranges of close codes from 1000 to 4999 with the same action.
  test.each([
    [1000, 1000, 'retry-now'],
    [1001, 1001, 'retry'],
    [1002, 1004, 'stop'],
    [1005, 1006, 'retry'],
    [1007, 1011, 'stop'],
    [1012, 1014, 'retry'],
    [1015, 1999, 'stop'],
    [2000, 4003, 'retry'],
    [4004, 4005, 'stop'],
    [4006, 4399, 'retry'],
    [4400, 4401, 'stop'],
    [4402, 4402, 'retry'],
    [4404, 4405, 'retry'],
    [4406, 4406, 'stop'],
    [4407, 4408, 'retry'],
    [4409, 4409, 'stop'],
    [4410, 4428, 'retry'],
    [4429, 4429, 'stop'],
    [4430, 4499, 'retry'],
    [4500, 4500, 'stop'],
    [4501, 4999, 'retry'],
  ])('close codes %d to %d: %s', (from, to, action) => {
    const { policy } = preset('graphql-ws');
    for (let code = from; code <= to; code++) expect([code, decide(policy, code, null).action]).toEqual([code, action]);
  });

  // Run on ws 8.23.0 against real sockets: a closed port, HTTP answers, a reset, a reserved bit.
  test.each([
    [NETWORK.refused, 'stop'],
    [401, 'stop'],
    [503, 'stop'],
    [NETWORK.badFrame, 'stop'],
    [NETWORK.reset, 'retry'],
  ])('signal %d: %s', (signal, action) => {
    expect(decide(preset('graphql-ws').policy, signal, null).action).toBe(action);
  });

  test('does not count the reconnect after 1000', () => {
    expect(decide(preset('graphql-ws').policy, 1000, null).counted).toBe(false);
  });
});

describe('centrifuge', () => {
  test.each([
    [0, [500, 500, 500, 500, 500, 500, 500, 500, 500]],
    [0.25, [625, 750, 1000, 1500, 2500, 4500, 5500, 5500, 5500]],
    [0.5, [750, 1000, 1500, 2500, 4500, 8500, 10_500, 10_500, 10_500]],
    [0.9, [950, 1400, 2300, 4100, 7700, 14_900, 18_500, 18_500, 18_500]],
    [0.999999, [1000, 1500, 2500, 4500, 8500, 16_500, 20_000, 20_000, 20_000]],
  ])('draw %d: the golden delays, to the millisecond that the library rounds to', (u, expected) => {
    for (const [retry, delay] of delays('centrifuge', 9, u).entries()) {
      expect(Math.abs(delay - expected[retry]!)).toBeLessThan(1);
    }
  });

  test.each([
    [1000, 1008, 'retry'],
    [1009, 1009, 'stop'],
    [1010, 3499, 'retry'],
    [3500, 3999, 'stop'],
    [4000, 4400, 'retry'],
    [4500, 4999, 'stop'],
  ])('close codes %d to %d with a reason: %s', (from, to, action) => {
    const { policy } = preset('centrifuge');
    for (let code = from; code <= to; code++) expect([code, decide(policy, code, null).action]).toEqual([code, action]);
  });
});

describe('libraries without jitter', () => {
  test.each([
    ['signalr', [0, 2000, 10_000, 30_000, Infinity]],
    ['phoenix', [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000, 5000]],
  ])('%s waits the golden delays', (name, expected) => {
    expect(delays(name, expected.length, 0.5)).toEqual(expected);
  });
});

describe('reconnecting-websocket', () => {
  test('waits the golden delays, with m = 3000', () => {
    const expected = [3000, 3900, 5070, 6591, 8568.3, 10_000, 10_000, 10_000];
    for (const [retry, delay] of delays('reconnecting-websocket', 8, 0.5).entries()) {
      expect(delay).toBeCloseTo(expected[retry]!, 8);
    }
  });
});

describe('rfc6455', () => {
  const last = 1 - 2 ** -53;

  test.each([
    [0, 5000],
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [4, 60_000],
    [100, 60_000],
  ])('retry %d is uniform from 0 to %d ms', (retry, maxMs) => {
    const { policy } = preset('rfc6455');
    expect(delayMs(policy, retry, 0, 0)).toBe(0);
    expect(delayMs(policy, retry, 0, last)).toBeCloseTo(maxMs, 6);
  });
});

describe('every preset', () => {
  const names = Object.keys(LIBRARIES);

  test.each([
    ['socket.io-client', 'open', true],
    ['graphql-ws', 'ready', true],
    ['centrifuge', 'ready', true],
    ['signalr', 'ready', false],
    ['phoenix', 'open', true],
    ['reconnecting-websocket', 'stable', true],
    ['rfc6455', 'open', true],
  ])('%s resets on %s, and repeats a failed first attempt: %s', (name, on, retryInitial) => {
    const { policy } = preset(name);
    expect(policy.reset.on).toBe(on);
    expect(policy.retryInitial).toBe(retryInitial);
  });

  test.each(['socket.io-client', 'signalr', 'phoenix', 'reconnecting-websocket', 'rfc6455'])(
    '%s retries every close code that has no customary meaning',
    (name) => {
      for (const code of [1000, 1001, 1006, 1008, 1011, 1012, 3000, 4999]) {
        expect(decide(preset(name).policy, code, null).action).toBe('retry');
      }
    },
  );

  test('has rules in order and in range, and a delay for any draw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(2000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (name, n, u) => {
          const { policy } = preset(name);
          for (const rule of policy.rules) expect(rule.to).toBeGreaterThanOrEqual(rule.from);
          expect(delayMs(policy, n, 0, u)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
