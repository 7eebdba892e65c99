import { expect, test } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { coldEventsOf, warmingEvents } from './cold-events.ts';

function cold(arrive: string, tokens: string, processes = 1, faults = '[]') {
  const text = `{ duration: 60s, clients: { count: 10000, arrive: ${arrive} }, tokens: ${tokens}, faults: ${faults} }`;
  return coldEventsOf(parseScenario(text, 'x.yaml'), processes);
}

const SLOWLY = '{ over: 20s }';
const SPREAD = '{ lifetime: 70s, issued: spread }';
const TOGETHER = '{ lifetime: 70s, issued: together }';

test.each([
  ['those of the first half second of slow arrivals', SLOWLY, 250],
  ['those of the first half second at a rate', '{ rate: 400/s }', 200],
  ['all, where all arrive at once', '{ over: 0s }', 10_000],
  ['all, where all arrive within half a second', '{ over: 100ms }', 10_000],
])('handshakes that find cold code: %s', (_, arrive, handshakes) => {
  expect(cold(arrive, SPREAD).handshakes).toBeCloseTo(handshakes);
  expect(cold(arrive, SPREAD, 4).handshakes).toBeCloseTo(handshakes / 4);
});

test('all token requests find cold code where the tokens are due together, few where their expiries are spread', () => {
  expect(cold(SLOWLY, TOGETHER).requests).toBe(10_000);
  expect(cold(SLOWLY, TOGETHER, 4).requests).toBe(2500);
  expect(cold(SLOWLY, SPREAD).requests).toBe(1);
});

test.each([
  ['at the end of the run', '{ lifetime: 75s, issued: together }', 10_000],
  ['after it', '{ lifetime: 76s, issued: together }', 1],
  [
    'after it but for their jitter',
    '{ lifetime: 76s, issued: together, refresh: { jitter: { uniform: 1s } } }',
    10_000,
  ],
])('tokens that are due together %s', (_, tokens, requests) => {
  expect(cold(SLOWLY, tokens).requests).toBe(requests);
});

test.each([
  ['drop: { code: 1012 }', 1],
  ['link: silent, for: 5s', 1],
  ['clock: -30s', 10_000],
  ['keys: rotate', 10_000],
  ['session: compromised', 10_000],
])('tokens that are due after the run, and the fault %s', (fault, requests) => {
  expect(cold(SLOWLY, '{ lifetime: 10m, issued: together }', 1, `[{ at: 30s, ${fault} }]`).requests).toBe(requests);
});

test.each([
  [0, 0],
  [1, 320],
  [320.5, 321],
  [5000, 1000],
])('a warm-up for %d events has %d', (events, warming) => {
  expect(warmingEvents(events)).toBe(warming);
});
