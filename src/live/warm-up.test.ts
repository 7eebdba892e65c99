import { expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { plainEndpoint } from './token-endpoint.ts';
import { coldEventsOf } from './warm-up.ts';

const ENDPOINT = plainEndpoint('http://127.0.0.1:1/', '127.0.0.1');

function cold(arrive: string, tokens: string, endpoint: typeof ENDPOINT | null = ENDPOINT, shards = 1) {
  const text = `{ duration: 60s, clients: { count: 10000, arrive: ${arrive} }, tokens: ${tokens} }`;
  const access = { endpoint, privateJwk: {}, refreshSecret: null };
  return coldEventsOf({ scenario: parseScenario(text, 'x.yaml'), shards, access });
}

const SPREAD = '{ lifetime: 10m, issued: spread }';
const TOGETHER = '{ lifetime: 10m, issued: together }';

test.each([
  ['those of the first half second of slow arrivals', '{ over: 20s }', 250],
  ['those of the first half second at a rate', '{ rate: 400/s }', 200],
  ['all, where all arrive at once', '{ over: 0s }', 10_000],
  ['all, where all arrive within half a second', '{ over: 100ms }', 10_000],
])('handshakes that find cold code: %s', (_, arrive, handshakes) => {
  expect(cold(arrive, SPREAD).handshakes).toBeCloseTo(handshakes);
  expect(cold(arrive, SPREAD, ENDPOINT, 4).handshakes).toBeCloseTo(handshakes / 4);
});

test('all token requests find cold code where the tokens are due together, few where their expiries are spread, none where squall mints all tokens', () => {
  expect(cold('{ over: 20s }', TOGETHER).requests).toBe(10_000);
  expect(cold('{ over: 20s }', TOGETHER, ENDPOINT, 4).requests).toBe(2500);
  expect(cold('{ over: 20s }', SPREAD).requests).toBe(1);
  expect(cold('{ over: 20s }', TOGETHER, null).requests).toBe(0);
});
