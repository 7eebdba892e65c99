import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../threshold/load-scenario.ts';

const folder = new URL('../../scenarios/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const load = (file: string, sets: readonly string[] = []) => loadScenario(new URL(file, folder).pathname, { sets });

describe('the scenarios that squall ships', () => {
  it.each(files)('%s loads, opens with a comment, ends in a verdict, and says in which', (file) => {
    expect(textOf(file)).toMatch(/^# /);
    expect(load(file).thresholds).not.toHaveLength(0);
    expect(load(file).expect).not.toBeNull();
  });

  it.each(files.flatMap((file) => setsIn(textOf(file)).map((set) => [file, set] as const)))(
    '%s suggests --set %s, which it takes',
    (file, set) => {
      expect(() => load(file, [set])).not.toThrow();
    },
  );

  it('has a cliff and a cure that differ in nothing but the jitter', () => {
    const { name: cliffName, expect: _, ...cliff } = load('expiry-cliff.yaml');
    const { name: cureName, expect: __, ...cure } = load('expiry-cliff-jittered.yaml', ['tokens.refresh.jitter=none']);
    expect([cliffName, cureName]).toEqual(['expiry-cliff', 'expiry-cliff-jittered']);
    expect(cure).toEqual(cliff);
    expect(load('expiry-cliff-jittered.yaml').tokens.refresh.jitter).not.toEqual({ ms: 0 });
  });

  it('has a storm that sustains itself and a cure that differ in nothing but the bound of the line', () => {
    const { name: stormName, expect: _, ...storm } = load('self-sustaining.yaml');
    const unbounded = ['target.embedded.capacity.queue=unlimited'];
    const { name: cureName, expect: __, ...cure } = load('self-sustaining-cured.yaml', unbounded);
    expect([stormName, cureName]).toEqual(['self-sustaining', 'self-sustaining-cured']);
    expect(cure).toEqual(storm);
    expect(load('self-sustaining-cured.yaml').model.queue).toBeLessThan(Infinity);
  });
});

function setsIn(text: string): string[] {
  return Array.from(text.matchAll(/--set ([\w.-]+=[\w.-]+)/g), ([, set = '']) => set);
}
