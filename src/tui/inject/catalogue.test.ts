import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { FAULT_KINDS } from '../../core/fault/fault.ts';
import { faultLabel } from '../../core/fault/label.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { withFault } from '../../scenario/with-fault.ts';
import { resolvedYaml } from '../../scenario/resolved-yaml.ts';
import { catalogueOf, faultOf, SHARES, type MenuKind } from './catalogue.ts';

function scenarioWith(more: object = {}): Scenario {
  const target = { embedded: { capacity: { handshakes: '500/s' } } };
  return parseScenario(stringify({ duration: '30s', target, clients: { count: 10, perUser: 2 }, ...more }), 's.yaml');
}

const ALL = catalogueOf(scenarioWith());

function absentIn(kinds: readonly MenuKind[]): string[] {
  return kinds.flatMap(({ kind, modes }) =>
    modes.filter(({ whyNot }) => whyNot !== null).map(({ name }) => `${kind} ${name}`),
  );
}

function modesOf(scenario: Scenario, kind: string): string[] {
  return (
    catalogueOf(scenario)
      .find((each) => each.kind === kind)
      ?.modes.map(({ name }) => name) ?? []
  );
}

describe('the catalogue of faults', () => {
  it('has every kind of fault except those that need input of the user', () => {
    expect(ALL.map(({ kind }) => kind)).toEqual(FAULT_KINDS.filter((kind) => kind !== 'exec' && kind !== 'toxiproxy'));
    expect(absentIn(ALL)).toEqual([]);
  });

  it.each(ALL.flatMap(({ kind, modes }) => modes.map((mode) => [kind, mode.name, mode] as const)))(
    'offers %s %s, which any scenario could plan and is recorded by that name',
    (kind, name, mode) => {
      for (const length of mode.lengths.all) {
        const fault = faultOf(mode.keys, mode.among === null ? null : SHARES[2], length);
        expect(`${kind} ${name}`.startsWith(faultLabel(fault))).toBe(true);
        expect(mode.does.length).toBeLessThan(80);
        expect(fault).toMatchObject({ atMs: 0, share: mode.among === null ? 1 : 0.25, repeat: null });
        const planned = withFault(scenarioWith(), fault);
        expect(parseScenario(resolvedYaml(planned), 's.yaml').faults).toEqual([fault]);
      }
    },
  );

  it.each<[string, object, readonly string[]]>([
    ['nobody to log out where users have one device', { clients: { count: 10 } }, ['session logout']],
    [
      'no capacity to take away where there is no limit',
      { target: { embedded: {} } },
      ['gateway capacity 0%', 'gateway capacity 25%'],
    ],
    [
      'no keys to rotate where the key is a shared secret',
      { tokens: { algorithm: 'HS256' } },
      ['keys rotate', 'keys rotate-without-overlap', 'keys jwks-down', 'keys unknown-key'],
    ],
  ])('has %s', (_title, more, absent) => {
    expect(absentIn(catalogueOf(scenarioWith(more)))).toEqual(absent);
  });

  it('has for a foreign target the faults that act at the client’s end', () => {
    const kinds = catalogueOf(scenarioWith({ target: { url: 'ws://127.0.0.1:1' } }));
    expect([...new Set(absentIn(kinds).map((name) => name.split(' ')[0]))]).toEqual([
      'clock',
      'keys',
      'session',
      'gateway',
    ]);
    expect(absentIn(kinds)).not.toContain('clock +30s');
  });

  it('has each fault of the scenario once', () => {
    const exec = { at: '1s', every: '5s', exec: 'true' };
    const scenario = scenarioWith({
      faults: [
        exec,
        { ...exec, at: '2s' },
        { at: '3s', drop: 'reset' },
        { at: '4s', share: '5%', drop: { code: 4000 } },
      ],
    });
    expect(modesOf(scenario, 'exec')).toEqual(['true']);
    expect(modesOf(scenario, 'drop').filter((name) => name === 'reset' || name === '4000')).toEqual(['reset', '4000']);
  });
});
