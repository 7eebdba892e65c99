import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientsThatFit, preflight, roomFor, type Demand, type MachineLimits } from './preflight.ts';

const ROOMY: MachineLimits = {
  descriptorsSoft: 1_048_576,
  descriptorsHard: 1_048_576,
  ports: { low: 1024, high: 65_535 },
  somaxconn: 4096,
  cores: 8,
  availableBytes: 64 * 1024 ** 3,
};
const demand = (clients: number): Demand => ({
  clients,
  workers: 2,
  workerType: 'thread',
  gateways: 1,
  commands: 0,
});

describe('preflight', () => {
  test('a roomy machine holds ten thousand clients', () => {
    expect(preflight(demand(10_000), ROOMY)).toEqual([]);
  });

  test('too few descriptors are refused, with the command that raises the soft limit', () => {
    const limits = { ...ROOMY, descriptorsSoft: 1024 };
    expect(preflight(demand(2000), limits)).toEqual([
      {
        limit: 'descriptors',
        severity: 'refuse',
        message: '2000 clients need 2088 descriptors; this process may open 1024',
        fix: 'ulimit -n 4088',
      },
      {
        limit: 'descriptors',
        severity: 'refuse',
        message: 'the connections of each embedded gateway need 2064 descriptors; its process may open 1024',
        fix: 'ulimit -n 2064',
      },
    ]);
  });

  test('a hard limit in the way needs worker processes, and prlimit where these are too many', () => {
    const limits = { ...ROOMY, descriptorsSoft: 1024, descriptorsHard: 1024 };
    expect(preflight({ ...demand(2000), gateways: 0 }, limits)[0]?.fix).toBe(
      '--set generator.workerType=process --set generator.workers=5',
    );
    const far = { ...demand(40_000), gateways: 0 };
    expect(preflight(far, limits)[0]?.fix).toBe('sudo prlimit --pid $$ --nofile=80088:80088');
  });

  test('worker processes have their descriptors each, and so have the gateways of the embedded target', () => {
    const limits = { ...ROOMY, descriptorsSoft: 20_000, descriptorsHard: 20_000 };
    const many: Demand = { ...demand(30_000), workers: 2, workerType: 'process' };
    expect(preflight(many, limits)).toEqual([
      {
        limit: 'descriptors',
        severity: 'refuse',
        message: 'the connections of each embedded gateway need 30064 descriptors; its process may open 20000',
        fix: '--set target.embedded.gateways=2',
      },
      {
        limit: 'descriptors',
        severity: 'warn',
        message:
          'if all 15000 clients of each worker process refresh at once they need 30076 descriptors; a process may open 20000',
        fix: '--set generator.workerType=process --set generator.workers=4',
      },
    ]);
    expect(preflight({ ...many, workers: 4, gateways: 2 }, limits)).toEqual([]);
  });

  test('clients that fit, but not with a refresh connection each, are warned about', () => {
    const limits = { ...ROOMY, descriptorsSoft: 20_000, descriptorsHard: 20_000 };
    const [shortfall] = preflight(demand(10_000), limits);
    expect(shortfall?.severity).toBe('warn');
    expect(shortfall?.message).toContain('if all 10000 clients refresh at once');
  });

  test('more commands than the embedded target remembers are refused', () => {
    expect(preflight({ ...demand(10), commands: 5_000_000 }, ROOMY)).toEqual([]);
    expect(preflight({ ...demand(10), commands: 6e6, gateways: 0 }, ROOMY)).toEqual([]);
    expect(preflight({ ...demand(10), commands: 6e6 }, ROOMY)).toEqual([
      {
        limit: 'commands',
        severity: 'refuse',
        message: '6000000 commands come due (clients.commands.rate); the embedded target remembers 5000000',
        fix: 'send fewer, shorten the run, or simulate it: squall simulate',
      },
    ]);
  });

  test('ports are counted for one source address, or for many loopback addresses towards the embedded target', () => {
    const limits = { ...ROOMY, ports: { low: 32_768, high: 60_999 } };
    expect(roomFor({ ...demand(1), gateways: 0 }, limits).ports).toBe(28_232);
    expect(roomFor(demand(1), limits).ports).toBeGreaterThan(1_000_000);
  });

  test('memory that does not suffice names the number of clients that would fit', () => {
    const [shortfall] = preflight(demand(10_000), { ...ROOMY, availableBytes: 256 * 1024 ** 2 });
    expect(shortfall).toMatchObject({ limit: 'memory', severity: 'refuse' });
    expect(shortfall?.fix).toMatch(/--set clients\.count=\d+/);
  });

  test('a short backlog matters only to the embedded target', () => {
    const limits = { ...ROOMY, somaxconn: 128 };
    expect(preflight(demand(1000), limits).map(({ limit }) => limit)).toEqual(['backlog']);
    expect(preflight({ ...demand(1000), gateways: 0 }, limits)).toEqual([]);
  });

  test('limits that the system does not tell are not guessed', () => {
    const unknown = { ...ROOMY, descriptorsSoft: null, descriptorsHard: null, ports: null, somaxconn: null };
    expect(preflight(demand(50_000), unknown)).toEqual([]);
    expect(roomFor(demand(1), unknown)).toMatchObject({ descriptors: null, ports: null });
  });

  test('the number that fits is refused nothing, and one more is', () => {
    const limits = fc.record({
      // Less than there are ports, whose plan knows the target.
      descriptorsSoft: fc.integer({ min: 256, max: 30_000 }),
      high: fc.constant(65_535),
      availableBytes: fc.integer({ min: 200 * 1024 ** 2, max: 16 * 1024 ** 3 }),
    });
    fc.assert(
      fc.property(limits, fc.nat(3), fc.constantFrom('thread', 'process'), (random, gateways, workerType) => {
        const { descriptorsSoft, high, availableBytes } = random;
        const machine = { ...ROOMY, descriptorsSoft, ports: { low: 1024, high }, availableBytes };
        const fits = clientsThatFit({ clients: 0, workers: 2, workerType, gateways, commands: 0 }, machine);
        const refusals = (clients: number) =>
          preflight({ clients, workers: 2, workerType, gateways, commands: 0 }, machine).filter(
            ({ severity }) => severity === 'refuse',
          ).length;
        expect(refusals(fits)).toBe(0);
        expect(refusals(fits + 1)).toBeGreaterThan(0);
      }),
    );
  });
});
