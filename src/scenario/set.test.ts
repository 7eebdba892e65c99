import { describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from './scenario.ts';

const FILE = `
duration: 30s
clients: { count: 100 }
faults:
  - { at: 5s, drop: reset }
thresholds: [ready > 5]
`;

function withSets(...sets: readonly string[]): Scenario {
  return parseScenario(FILE, 's.yaml', { sets });
}

/** One choice of `--vary clients.backoff.cap=9s,many`, within what is set beside it. */
function withCap(value: string): Scenario {
  return parseScenario(FILE, 's.yaml', {
    sets: ['clients.backoff=signalr'],
    varied: [
      { set: `clients.backoff.cap=${value}`, typed: { option: '--vary', argument: 'clients.backoff.cap=9s,many' } },
    ],
  });
}

describe('--set', () => {
  it('sets a plain value, read as YAML', () => {
    expect(withSets('clients.count=2k').clients.count).toBe(2000);
    expect(withSets('target.embedded.idempotent=false').target).toMatchObject({ idempotent: false });
    expect(withSets('clients.arrive={ over: 1s }').clients.arrive).toEqual({
      by: 'over',
      overMs: 1000,
      process: 'even',
    });
    expect(withSets('description=a=b').description).toBe('a=b');
  });

  it('lets a later one win', () => {
    expect(withSets('clients.count=5', 'clients.count=6').clients.count).toBe(6);
  });

  it('keeps the preset when something within a preset is set', () => {
    const { backoff } = withSets('clients.backoff=socket.io-client', 'clients.backoff.cap=9s').clients;
    expect(backoff).toMatchObject({ capMs: 9000, jitter: { kind: 'backo2' } });
  });

  it('sets a rate of arrivals in place of the time that they take', () => {
    const sets = ['clients.arrive.rate=50/s', 'clients.arrive.process=poisson'];
    const { arrive } = parseScenario(FILE.replace('count: 100', 'count: 100, arrive: { over: 1s }'), 's.yaml', {
      sets,
    }).clients;
    expect(arrive).toEqual({ by: 'rate', perSecond: 50, process: 'poisson' });
  });

  it('makes room for a mapping where a word or nothing stood', () => {
    expect(withSets('tokens.refresh.jitter.uniform=2s').tokens.refresh.jitter).toEqual({ ms: 2000 });
    expect(withSets('tokens.refresh.jitter=none', 'tokens.refresh.jitter.uniform=20%').tokens.refresh.jitter).toEqual({
      fraction: 0.2,
    });
    expect(withSets('target.embedded.onExpiry.notify=3s').target).toMatchObject({ onExpiry: { graceMs: 3000 } });
  });

  it('keeps the expression of a bare threshold', () => {
    expect(withSets('thresholds.0.abort=true').thresholds).toMatchObject([
      { expression: 'ready > 5', abort: true, graceMs: 0 },
    ]);
  });

  it('reaches into lists', () => {
    expect(withSets('faults.0.at=7s').faults[0]?.atMs).toBe(7000);
    expect(withSets('faults.0={ at: 7s, clock: 1s }').faults[0]).toMatchObject({ kind: 'clock' });
  });

  it('replaces the choice that the file had made', () => {
    const text = `${FILE}target: { embedded: { idempotent: false } }\n`;
    const { target } = parseScenario(text, 's.yaml', { sets: ['target.url=ws://127.0.0.1:8080', 'faults=[]'] });
    expect(target).toMatchObject({ kind: 'url', url: 'ws://127.0.0.1:8080' });
  });

  it('replaces one kind of fault by another, and not because of a key that several kinds have', () => {
    expect(withSets('faults.0.link=silent', 'faults.0.for=3s').faults).toMatchObject([{ kind: 'link', forMs: 3000 }]);
    expect(() => withSets('faults.0.for=3s')).toThrow(
      '--set faults.0.for=3s: faults.0.for: does not go with `drop` — keep one or the other',
    );
  });

  it('replaces a model, or one distribution of its latency by another', () => {
    const set = 'model.latency.exponential=20ms';
    expect(withSets(set, 'model.latency.floor=5ms').model.latency).toEqual({
      kind: 'exponential',
      floorMs: 5,
      meanMs: 20,
    });
    expect(withSets(set, 'model.latency=5ms').model.latency).toEqual({ kind: 'fixed', ms: 5 });
    expect(withSets(set, 'model={}').model.latency).toEqual({ kind: 'fixed', ms: 1 });
    const text = `${FILE}model: { latency: { exponential: 20ms, floor: 5ms } }\n`;
    const { model } = parseScenario(text, 's.yaml', { sets: ['model.latency.mean=9ms', 'model.latency.sd=1ms'] });
    expect(model.latency).toEqual({ kind: 'normal', meanMs: 9, sdMs: 1 });
  });

  it('leaves nothing behind on prototypes', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expect(() => withSets(`clients.${key}.polluted=1`)).toThrow(`not a field of a scenario (${key})`);
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['clients.count', '--set clients.count: no value — write path=value, such as clients.count=500'],
    ['clients.count=', '--set clients.count=: no value — write path=value, such as clients.count=500'],
    ['=5', '--set =5: no path — write path=value, such as clients.count=500'],
    ['clients..count=5', '--set clients..count=5: no path — write path=value, such as clients.count=500'],
    ['clients.count=[1', '--set clients.count=[1: not valid YAML — Flow sequence must end with a ]'],
    ['clients.cuont=5', '--set clients.cuont=5: clients.cuont: unknown key — did you mean `count`?'],
    [
      'clients.count=many',
      '--set clients.count=many: clients.count: not a count ("many") — write a whole number from 1 to 20000000',
    ],
    ['faults.1.at=5s', '--set faults.1.at=5s: faults.1: no such item — the items are 0 to 0'],
    ['faults.first.at=5s', '--set faults.first.at=5s: faults.first: no such item — the items are 0 to 0'],
    [
      'faults.0.at=31s',
      '--set faults.0.at=31s: faults.0.at: the fault would begin after the end of the run (31s; duration is 30s, line 2) — begin it earlier, or make the run longer',
    ],
  ])('%s is refused by name', (set, message) => {
    expect(() => withSets(set)).toThrow(message);
  });

  it('of one choice of a --vary is carried out last, and named by the whole argument', () => {
    expect(withCap('9s').clients.backoff).toMatchObject({ capMs: 9000 });
    expect(() => withCap('many')).toThrow(
      '--vary clients.backoff.cap=9s,many: clients.backoff.cap: not a duration ("many")',
    );
  });

  it('is named as the other place of a contradiction, too', () => {
    expect(() => withSets('duration=4s', 'clients.arrive.over=1s')).toThrow(
      's.yaml:5:11: faults.0.at: the fault would begin after the end of the run (5s; duration is 4s, --set duration=4s)',
    );
  });
});
