import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mono } from '../time/instant.ts';
import { rfc6455 } from './libraries/rfc6455.ts';
import { refreshDueMs } from './refresh-due.ts';
import type { RefreshPolicy } from './refresh.ts';

const base: RefreshPolicy = {
  trigger: 'timer',
  lead: { ms: 10_000 },
  jitter: { ms: 0 },
  clock: 'exp',
  timeoutMs: 10_000,
  retry: rfc6455.policy,
  keepOld: true,
};

interface Case {
  readonly policy?: Partial<RefreshPolicy>;
  readonly iat?: number;
  readonly exp?: number;
  readonly received?: number;
  readonly skewMs?: number;
  readonly driftPerMs?: number;
  readonly u?: number;
}

function due({
  policy = {},
  iat = 1000,
  exp = 61_000,
  received = 1500,
  skewMs = 0,
  driftPerMs = 0,
  u = 0,
}: Case): number {
  return refreshDueMs({ ...base, ...policy }, mono(iat), mono(exp), mono(received), skewMs, driftPerMs, u);
}

describe('refreshDueMs', () => {
  test.each<[string, Case, number]>([
    ['a fixed lead counts back from exp', {}, 51_000],
    ['a fraction is one of the lifetime', { policy: { lead: { fraction: 0.25 } } }, 46_000],
    ['jitter brings it forward', { policy: { jitter: { ms: 4000 } }, u: 0.5 }, 49_000],
    ['jitter as a share is one of the lifetime', { policy: { jitter: { fraction: 0.1 } }, u: 0.5 }, 48_000],
    ['a fast clock sees exp too early', { skewMs: 3000 }, 48_000],
    ['a slow clock sees exp too late, even after it', { skewMs: -20_000 }, 71_000],
    ['a ttl counts from receipt', { policy: { clock: 'ttl' } }, 51_500],
    ['a ttl ignores the skew of the clock', { policy: { clock: 'ttl' }, skewMs: 3000 }, 51_500],
    ['a clock that gains a quarter sees exp a fifth of the time too early', { driftPerMs: 0.25 }, 40_800],
    ['a clock that loses a quarter sees exp a third too late', { driftPerMs: -0.25 }, 68_000],
    ['drift and skew add up', { driftPerMs: 0.25, skewMs: 1000 }, 40_000],
    ['a ttl passes faster on a fast clock', { policy: { clock: 'ttl' }, driftPerMs: 0.25 }, 41_500],
    ['a fraction of a ttl', { policy: { clock: 'ttl', lead: { fraction: 0.5 } } }, 31_500],
    ['a lead beyond the lifetime makes it due at once', { policy: { lead: { ms: 90_000 } } }, 1500],
    ['a token that came expired is due at once', { received: 70_000 }, 70_000],
    ['without exp it is never due', { exp: NaN }, Infinity],
    ['with an infinite exp it is never due', { exp: Infinity, policy: { lead: { fraction: 0.5 } } }, Infinity],
    ['without iat the lifetime counts from receipt', { iat: NaN, policy: { clock: 'ttl' } }, 51_000],
  ])('%s', (_, given, expected) => {
    expect(due(given)).toBe(expected);
  });

  test('is never before receipt and never NaN', () => {
    const part = fc.oneof(
      fc.record({ ms: fc.nat(1e6) }),
      fc.record({ fraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    const instants = fc.double({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(
        fc.record({
          policy: fc.record({
            lead: part,
            jitter: part,
            clock: fc.constantFrom('exp' as const, 'ttl' as const),
          }),
          iat: instants,
          exp: instants,
          received: fc.integer({ min: 0, max: 1e9 }),
          skewMs: fc.integer({ min: -1e6, max: 1e6 }),
          driftPerMs: fc.double({ min: -0.9, max: 10, noNaN: true }),
          u: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        }),
        (given) => {
          expect(due(given)).toBeGreaterThanOrEqual(given.received);
        },
      ),
    );
  });
});
