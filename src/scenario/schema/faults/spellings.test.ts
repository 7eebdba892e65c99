import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { FAULT_KINDS, type Fault } from '../../../core/fault/fault.ts';
import { complaints, LEAST } from '../../../testing/complaints.ts';
import { fault, printFault } from './index.ts';

type Spelled = Readonly<Record<string, unknown>>;

/** What each kind may say, in every spelling, and whether it has to last, may, or cannot. */
const KINDS: Readonly<
  Record<Fault['kind'], { readonly lasts: 'has to' | 'may' | 'never'; readonly says: readonly unknown[] }>
> = {
  refresh: {
    lasts: 'has to',
    says: [
      'refuse',
      'hang',
      'reset',
      'invalid-grant',
      'lost',
      'malformed',
      'stale',
      'wrong-subject',
      { status: 503 },
      { status: 429, retryAfter: 0 },
      { status: 503, retryAfterDate: 3600 },
      { slow: '2s' },
      { slow: { exponential: '1s' } },
      { slow: { exponential: '1s', floor: '20ms' } },
      { slow: { mean: '1s', sd: '200ms' } },
    ],
  },
  handshake: {
    lasts: 'has to',
    says: [
      'refuse',
      'hang',
      { status: 503, retryAfter: 30 },
      { slow: '2s' },
      { 'accept-then-close': {} },
      { 'accept-then-close': { code: 4403, reason: 'go away', after: '0s' } },
    ],
  },
  drop: { lasts: 'never', says: ['reset', 'garbage', { code: 1012 }, { code: 4000, reason: 'deploy: «neu»' }] },
  link: {
    lasts: 'has to',
    says: [
      'silent',
      'stall',
      'duplicate',
      'reorder',
      { latency: '500ms' },
      { latency: { mean: '50ms', sd: '5ms' } },
      { bandwidth: '1.5kB/s' },
    ],
  },
  clock: {
    lasts: 'may',
    says: [
      '30s',
      '-30s',
      '1500ms',
      { offset: '2s' },
      { of: 'gateway', drift: '10ms/s' },
      { of: 'token-service', offset: '-1m', drift: '-2s/h' },
      { of: 'clients', drift: '1us/s' },
    ],
  },
  keys: { lasts: 'may', says: ['rotate', 'rotate-without-overlap', 'jwks-down', 'unknown-key'] },
  session: { lasts: 'never', says: ['logout', 'compromised', 'disabled', 'role-removed', 'tenant-removed'] },
  gateway: {
    lasts: 'has to',
    says: [
      'rolling',
      { capacity: '12.5%' },
      { capacity: '0%' },
      { crash: {} },
      { crash: { memory: 'lost' } },
      { rolling: { drain: '0s' } },
      'crash',
    ],
  },
  exec: { lasts: 'never', says: ['systemctl restart gateway', ['kubectl', 'rollout', 'restart', 'deploy/gateway']] },
  toxiproxy: {
    lasts: 'has to',
    says: [
      { url: 'http://127.0.0.1:8474', proxy: 'redis', toxic: { type: 'down' } },
      {
        url: 'https://toxi.example.com',
        proxy: 'db.main',
        toxic: { type: 'latency', stream: 'upstream', toxicity: '50%', attributes: { latency: 1000, jitter: 0.5 } },
      },
    ],
  },
};

const ms = (min: number, max: number) => fc.integer({ min, max }).map((n) => `${n}ms`);
const share = fc.integer({ min: 1, max: 1000 }).map((n) => `${n / 10}%`);
const cohort = fc
  .tuple(fc.nat(99), fc.integer({ min: 1, max: 100 }))
  .map(([from, more]) => [`${from}%`, `${Math.min(100, from + more)}%`]);
/** Whatever a fault may say of when it acts and on whom. */
const anyPlan = fc.record(
  { share, cohort, spread: ms(0, 500), every: ms(1500, 5000), atLeast: fc.oneof(share, fc.constant('0%')) },
  { requiredKeys: [] },
);

/** A fault of the kind that says this, and lasts if it has to. */
function spelled(kind: Fault['kind'], says: unknown, plan: Spelled = {}): Spelled {
  return { at: '1s', ...(KINDS[kind].lasts === 'has to' ? { for: '1s' } : {}), [kind]: says, ...plan };
}

const SPELLINGS = FAULT_KINDS.flatMap((kind) => KINDS[kind].says.map((says) => [kind, says] as const));

describe('a fault', () => {
  it.each(SPELLINGS)('%s: %j is what it prints as', (kind, says) => {
    fc.assert(
      fc.property(anyPlan, fc.oneof(fc.constant('unlimited'), fc.integer({ min: 1, max: 99 })), (plan, times) => {
        const written = spelled(kind, says, 'every' in plan ? { ...plan, times } : plan);
        const read = fault.parse(written);
        expect(read.kind).toBe(kind);
        expect(fault.parse(printFault(read))).toEqual(read);
      }),
      { numRuns: 20 },
    );
  });

  it.each(SPELLINGS)('%s: %j is taken in a scenario', (kind, says) => {
    const target = { embedded: { capacity: { handshakes: '400/s' } } };
    const scenario = { duration: '30s', target, clients: { count: 100, perUser: 2 }, faults: [spelled(kind, says)] };
    expect(complaints(stringify(scenario))).toEqual([]);
  });

  it.each(FAULT_KINDS)('%s lasts if it has to, may if it can, and says so where it cannot', (kind) => {
    const { lasts, says } = KINDS[kind];
    const told = (keys: Spelled) =>
      complaints(LEAST + stringify({ faults: [{ at: '1s', [kind]: says.at(-1), ...keys }] }));
    expect(told({ for: '1s' }).join()).toMatch(lasts === 'never' ? `faults.0.for: does not go with \`${kind}\`` : /^$/);
    expect(told({}).join()).toMatch(lasts === 'has to' ? 'faults.0.for: missing' : /^$/);
    expect(told({ for: '0s' }).join()).toMatch(lasts === 'may' ? /^$/ : 'faults.0.for: ');
  });

  it('says when, on whom and how often only where the file does', () => {
    expect(fault.parse({ at: '2s', drop: 'reset' })).toEqual({
      kind: 'drop',
      atMs: 2000,
      forMs: 0,
      spreadMs: 0,
      repeat: null,
      share: 1,
      cohort: null,
      atLeast: 1,
      mode: { kind: 'reset' },
    });
    const planned = {
      at: '2s',
      for: '3s',
      spread: '1s',
      every: '10s',
      share: '50%',
      cohort: ['25%', '75%'],
      atLeast: '90%',
    };
    expect(fault.parse({ ...planned, times: 4, link: 'silent' })).toEqual({
      kind: 'link',
      atMs: 2000,
      forMs: 3000,
      spreadMs: 1000,
      repeat: { everyMs: 10_000, times: 4 },
      share: 0.5,
      cohort: { from: 0.25, to: 0.75 },
      atLeast: 0.9,
      mode: { kind: 'silent' },
    });
  });
});
