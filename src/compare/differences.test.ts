import { expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { differences, settingKey } from './differences.ts';

const scenario = (...sets: readonly string[]) =>
  parseScenario('{ duration: 10s, clients: { count: 5, arrive: { over: 1s } } }', 'some.yaml', { sets });

it('scenarios that differ in name, seed and expectation are one setting', () => {
  expect(settingKey(scenario('seed=7', 'name=other', 'expect.verdict=pass'))).toBe(settingKey(scenario()));
  expect(settingKey(scenario('clients.count=7'))).not.toBe(settingKey(scenario()));
});

it('differences are spelled as --set takes them', () => {
  const varied = differences([
    scenario('clients.count=7', 'clients.clockSkew=1s'),
    scenario('clients.count=8', 'clients.clockSkew.normal=2s'),
  ]);
  expect(varied.map((each) => each.map(({ path, value }) => `${path}=${value}`))).toEqual([
    ['clients.count=7', 'clients.clockSkew=1s', 'clients.clockSkew.normal=absent'],
    ['clients.count=8', 'clients.clockSkew=absent', 'clients.clockSkew.normal=2s'],
  ]);
});

it('no secret in a URL is shown', () => {
  const varied = differences(
    ['one', 'two'].map((key) => scenario(`target={ url: 'ws://127.0.0.1:9/live?key=${key}' }`)),
  );
  expect(varied.flat().map(({ path }) => path)).toEqual(['target.url', 'target.url']);
  expect(JSON.stringify(varied)).not.toMatch(/one|two/);
});

it('a preset is shown by its name, and a spelled-out value by its fields', () => {
  const text = 'duration: 20s\nclients: { count: 1, arrive: { over: 1s } }';
  const [preset, one, two] = ['phoenix', '{ base: 1s, cap: 5s }', '{ base: 2s, cap: 9s }'].map((backoff) =>
    parseScenario(text, 'x.yaml', { sets: [`clients.backoff=${backoff}`] }),
  );
  const varied = differences([preset!, one!, two!]).map((fields) =>
    fields.map(({ path, value }) => `${path}=${value}`),
  );
  expect(varied[0]).toEqual(['clients.backoff.preset=phoenix']);
  expect(varied[1]).toEqual(expect.arrayContaining(['clients.backoff.base=1s', 'clients.backoff.cap=5s']));
  expect(varied[2]).toEqual(expect.arrayContaining(['clients.backoff.base=2s', 'clients.backoff.cap=9s']));
  expect(varied.flat().join(' ')).not.toContain('absent');
});
