import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineLimits } from './preflight.ts';
import { endpointOf } from '../network/resolve.ts';
import { planSources, type SourceDemand } from './source-plan.ts';
import { FreeSources, withSourcesOf, type Source, type Sources } from '../network/sources.ts';

const LIMITS: MachineLimits = {
  descriptorsSoft: 20_000,
  descriptorsHard: 20_000,
  ports: { low: 32_768, high: 60_999 },
  somaxconn: 4096,
  cores: 2,
  availableBytes: 64 * 1024 ** 3,
};

function demand(clients: number, more: Partial<SourceDemand> = {}, address = '127.0.0.1'): SourceDemand {
  const gateways = [endpointOf(new URL('ws://target.example:9000/'), address)];
  return { gateways, clients, parts: 1, localAddresses: [], ...more };
}

const plan = (wanted: SourceDemand, limits = LIMITS): Sources | null => planSources(wanted, limits, () => [12_345]);

describe('the sources of connections', () => {
  test('are left to the system as long as it finds free ports quickly', () => {
    expect(plan(demand(3500))).toBeNull();
    expect(plan(demand(28_000, {}, '192.0.2.7'))).toBeNull();
    expect(plan(demand(60_000), { ...LIMITS, ports: null })).toBeNull();
  });

  test('are further loopback addresses and ports that the system does not give away, four for each client', () => {
    const sources = plan(demand(60_000));
    expect(sources).toEqual({
      addresses: [
        '127.0.1.1',
        '127.0.1.2',
        '127.0.1.3',
        '127.0.1.4',
        '127.0.1.5',
        '127.0.1.6',
        '127.0.1.7',
        '127.0.1.8',
        '127.0.1.9',
      ],
      ports: [
        { low: 10_000, high: 32_767 },
        { low: 61_000, high: 65_535 },
      ],
      taken: [12_345],
      shard: 0,
      shards: 1,
    });
    const two = demand(60_000).gateways.flatMap((each) => [each, each]);
    expect(plan(demand(60_000, { gateways: two }))?.addresses).toHaveLength(5);
  });

  test('are chosen where reconnects within a minute would take most of the ports that the system gives', () => {
    expect(plan(demand(3600))?.addresses).toEqual(['127.0.1.1']);
    expect(plan(demand(10_000))?.addresses).toEqual(['127.0.1.1', '127.0.1.2']);
  });

  test('are few ports of many addresses where the system gives all ports away', () => {
    const sources = plan(demand(60_000), { ...LIMITS, ports: { low: 1024, high: 65_535 } });
    expect(sources?.ports).toEqual([{ low: 64_536, high: 65_535 }]);
    expect(sources?.addresses).toHaveLength(240);
  });

  test('are refused where the target is elsewhere, with the addresses that would help', () => {
    expect(() => plan(demand(30_000, {}, '192.0.2.7'))).toThrow(
      expect.objectContaining({
        name: 'RunRefused',
        message:
          '30000 clients need as many source ports for each address of the target; one source address has 28232 (32768-60999)',
        fix: expect.stringContaining('generator.localAddresses') as string,
      }),
    );
    expect(() => plan(demand(30_000, {}, '::1'))).toThrow(
      expect.objectContaining({ fix: expect.stringContaining('::1 is the only loopback address of IPv6') as string }),
    );
  });

  test('are those that the scenario lists, if they are this machine and suffice', () => {
    expect(plan(demand(10, { localAddresses: ['127.0.0.9'] }))?.addresses).toEqual(['127.0.0.9']);
    const refused = (wanted: SourceDemand, what: RegExp) =>
      expect(() => plan(wanted)).toThrow(expect.objectContaining({ message: expect.stringMatching(what) as string }));
    refused(
      demand(10, { localAddresses: ['192.0.2.200'] }),
      /^generator\.localAddresses: 192\.0\.2\.200 is no address/,
    );
    refused(demand(10, { localAddresses: ['127.0.0.9'] }, '::1'), /another version of IP$/);
    refused(demand(30_000, { localAddresses: ['127.0.0.9'] }), /generator\.localAddresses has 27304$/);
    refused(demand(20_000, { localAddresses: ['127.0.0.9'], parts: 2 }), /generator\.localAddresses has 13652$/);
  });
});

const SMALL: Sources = {
  addresses: ['127.0.0.2', '127.0.0.3'],
  ports: [
    { low: 10_000, high: 10_006 },
    { low: 20_000, high: 20_002 },
  ],
  taken: [10_003],
  shard: 0,
  shards: 1,
};

/** All sources of one share. */
function taken(sources: Sources): readonly string[] {
  const free = new FreeSources(sources);
  const found: string[] = [];
  for (let source = free.take(); source !== null; source = free.take()) found.push(nameOf(source));
  return found;
}

function nameOf({ address, port }: Source): string {
  return `${address}:${port}`;
}

describe('the free sources of a worker', () => {
  test('are divided among the workers without a rest, and leave out ports of listeners', () => {
    const whole = taken(SMALL).toSorted();
    expect(whole).toHaveLength(18);
    expect(whole).not.toContain('127.0.0.2:10003');
    for (const shards of [1, 2, 3, 5]) {
      const endpoint = { ...endpointOf(new URL('ws://a.example/'), '127.0.0.1'), sources: SMALL };
      const shares = Array.from({ length: shards }, (_, shard) => withSourcesOf(endpoint, { shard, shards }));
      expect(shares.flatMap(({ sources }) => taken(sources!)).toSorted()).toEqual(whole);
    }
  });

  test('are never given to two connections at once, and rest for as long as possible', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 200 }), (steps) => {
        const free = new FreeSources(SMALL);
        // What is free, in the order in which it should be taken.
        const expected = [...taken(SMALL)];
        const used: Source[] = [];
        const takes: [string | null, string | null][] = [];
        for (const step of steps) {
          if (step % 2 === 0) {
            const source = free.take();
            if (source !== null) used.push(source);
            takes.push([source === null ? null : nameOf(source), expected.shift() ?? null]);
          } else if (used.length > 0) {
            const [source] = used.splice(step % used.length, 1);
            free.giveBack(source!);
            expected.push(nameOf(source!));
          }
        }
        expect(takes.map(([source]) => source)).toEqual(takes.map(([, wanted]) => wanted));
      }),
    );
  });
});
