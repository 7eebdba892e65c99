import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from '../scenario/resolved-yaml.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { measured } from '../testing/measured.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { saveBaseline, withBaseline } from './baseline.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-baseline-'));
const file = join(folder, 'baseline.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

function scenarioOf(...sets: readonly string[]): Scenario {
  const text = 'duration: 60s\nclients: { count: 100 }\nthresholds: ["peak(attempts) < 1.2x baseline"]';
  return parseScenario(text, 'baseline.yaml', { sets });
}

/** A run with this number of attempts in one second. */
const peaking = (n: number) => measured({ elapsedMs: 60_000, planned: 100, series: { attempts: [[1000, n]] } });
const evaluated = (scenario: Scenario, n: number) => evaluateRun(scenario, peaking(n)).thresholds[0];

describe('a baseline', () => {
  it('gives relative limits their values, in the same world', () => {
    saveBaseline(file, scenarioOf(), 'sim', peaking(100));
    const scenario = withBaseline(scenarioOf(), 'sim', file);
    expect(evaluated(scenario, 119)).toMatchObject({ ok: true, text: '119/s (limit 120/s: 1.2 x 100/s)' });
    expect(evaluated(scenario, 120)).toMatchObject({ ok: false });
  });

  it('states a tolerance for real runs, by which limits are wider', () => {
    saveBaseline(file, scenarioOf(), 'live', peaking(100));
    expect(readFileSync(file, 'utf8')).toContain('\ntolerance: 10%\n');
    const scenario = withBaseline(scenarioOf(), 'live', file);
    expect(evaluated(scenario, 131)).toMatchObject({
      ok: true,
      text: '131/s (limit 132/s: 1.2 x 100/s, and 10% tolerance)',
    });
    expect(evaluated(scenario, 132)).toMatchObject({ ok: false });
  });

  it('has values for thresholds that came later, and is not bothered by them', () => {
    saveBaseline(file, scenarioOf(), 'sim', peaking(100));
    const later = scenarioOf('thresholds=["total(attempts) <= 2x baseline"]', 'description=words');
    expect(evaluated(withBaseline(later, 'sim', file), 200)).toMatchObject({ ok: true });
  });

  it('leaves out what squall was late with, so that a run on time is not held against its slowness', () => {
    const late = measured({
      elapsedMs: 60_000,
      planned: 100,
      series: { attempts: Array.from({ length: 100 }, (_, n) => 10_000 + 40 * n) },
      late: Array.from({ length: 100 }, (_, n) => ['attempts', 10_000 + 40 * n, 40 * n, 1] as const),
    });
    expect(saveBaseline(file, scenarioOf(), 'live', late)).toContain('peak(attempts)');
    expect(evaluated(withBaseline(scenarioOf(), 'live', file), 100)).toMatchObject({ ok: null });
    const totals = scenarioOf('thresholds=["total(attempts) <= 1x baseline"]');
    expect(evaluated(withBaseline(totals, 'live', file), 100)).toMatchObject({ ok: true });
    expect(saveBaseline(file, scenarioOf(), 'live', peaking(100))).toEqual([]);
  });

  it('leaves the verdict open where it is not given, or has no such value', () => {
    expect(evaluated(scenarioOf(), 7)).toMatchObject({
      ok: null,
      text: 'no data: there is no baseline for it, it was 7/s',
    });
    saveBaseline(file, scenarioOf(), 'sim', peaking(100));
    const nobody = scenarioOf('thresholds=["p99(handshake) < 2x baseline"]');
    expect(evaluated(withBaseline(nobody, 'sim', file), 7)).toMatchObject({ ok: null });
  });

  it('is kept in the resolved scenario, so that the folder of a run shows its limits', () => {
    saveBaseline(file, scenarioOf(), 'live', peaking(100));
    const scenario = withBaseline(scenarioOf(), 'live', file);
    expect(parseScenario(resolvedYaml(scenario), 'resolved.yaml')).toEqual(scenario);
  });

  it.each([
    ['another scenario', scenarioOf('clients.count=50'), 'sim', 'clients.count is 50, not 100'],
    ['another seed', scenarioOf('seed=7'), 'sim', 'seed is 7, not 1'],
    ['the other world', scenarioOf(), 'live', 'world is live, not sim'],
  ] as const)('of %s is refused with the difference named', (_, scenario, world, difference) => {
    saveBaseline(file, scenarioOf(), 'sim', peaking(100));
    expect(() => withBaseline(scenario, world, file)).toThrow(`${file} is the baseline of another run: ${difference}`);
  });

  it('of an older version that knew less is of the same scenario, with the defaults of this version', () => {
    saveBaseline(file, scenarioOf(), 'sim', peaking(100));
    const text = readFileSync(file, 'utf8').replace(/^version: .*$/m, 'version: 0.0.1');
    expect(text).toContain('\n  clients.connectTimeout: ');
    writeFileSync(file, text.replace(/\n {2}clients\.connectTimeout: .*/, ''));
    expect(evaluated(withBaseline(scenarioOf(), 'sim', file), 119)).toMatchObject({ ok: true });
    const changed = scenarioOf('clients.connectTimeout=7s');
    expect(() => withBaseline(changed, 'sim', file)).toThrow('clients.connectTimeout is "7s", not "20s"');
  });

  it('of a newer format is refused as newer', () => {
    saveBaseline(file, scenarioOf(), 'sim', peaking(100));
    const text = readFileSync(file, 'utf8').replace(/^version: .*$/m, 'version: 9.8.7');
    writeFileSync(file, text.replace(/^format: .*$/m, 'format: 99'));
    expect(() => withBaseline(scenarioOf(), 'sim', file)).toThrow(
      /written by squall 9\.8\.7 in results format 99, .* up to \d+: read it with squall 9\.8\.7 or later/,
    );
  });

  it('that is damaged is refused with its problem', () => {
    expect(() => withBaseline(scenarioOf(), 'sim', join(folder, 'nowhere'))).toThrow(
      /cannot read the baseline .*ENOENT/,
    );
    writeFileSync(file, 'tolerance: 2\n');
    expect(() => withBaseline(scenarioOf(), 'sim', file)).toThrow(/no baseline that this version .*\(version/);
  });
});
