import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { RunRefused } from '../refused.ts';
import type * as calibrateRoom from './calibrate.ts';
import type { Response } from './ramp.ts';

/** The compiled module, since the target is a real process. */
const compiled = new URL('../../../dist/live/calibrate/calibrate.js', import.meta.url).href;
const room = (await import(compiled)) as typeof calibrateRoom;

interface Options {
  readonly maxPerSecond?: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (response: Response) => void;
}

function calibrated(scenario: Scenario, { maxPerSecond = 1000, signal, onStep }: Options = {}) {
  return room.calibrate(scenario, {
    allowedHosts: [],
    maxPerSecond,
    signal: signal ?? new AbortController().signal,
    onStep: (_what, _step, response) => onStep?.(response),
    onWarning: (message) => expect.unreachable(message),
  });
}

/** A scenario whose generator may be late, so that a busy machine changes no result. */
function scenarioOf(target: string, ...sets: readonly string[]): Scenario {
  const text = `{ duration: 20s, clients: { count: 5 }, generator: { maxLateness: 1s }, target: ${target} }`;
  return parseScenario(text, 'calibrate.yaml', { sets });
}

const EMBEDDED = '{ embedded: {} }';

describe('a calibration', () => {
  it('finds the capacities of a target within 15 %', { timeout: 240_000 }, async () => {
    const capacity = 'target.embedded.capacity={ handshakes: 150/s, refreshes: 100/s }';
    const { handshakes, refreshes, latencyMs } = await calibrated(scenarioOf(EMBEDDED, capacity));
    expect([handshakes.end, refreshes?.end]).toEqual(['knee', 'knee']);
    expect(Math.abs(handshakes.perSecond! / 150 - 1)).toBeLessThan(0.15);
    expect(Math.abs(refreshes!.perSecond! / 100 - 1)).toBeLessThan(0.15);
    // The service takes 6.7 ms of an unloaded handshake; on loopback the rest is work of squall and the target.
    expect(4 * latencyMs! + 1000 / handshakes.perSecond!).toBeCloseTo(
      Math.min(...handshakes.steps.map(({ p50Ms }) => p50Ms!)),
      6,
    );
  });

  it.each(['header', 'message'])('ends at the allowed rate (carrier %s)', async (carrier) => {
    const scenario = scenarioOf(EMBEDDED, `tokens.carrier=${carrier}`);
    const { handshakes, refreshes } = await calibrated(scenario, { maxPerSecond: 20 });
    expect([handshakes.end, refreshes?.end]).toEqual(['max-rate', 'max-rate']);
    expect(handshakes.steps.at(-1)).toMatchObject({ perSecond: 20, tries: 40, succeeded: 40 });
    expect(refreshes?.steps.at(-1)).toMatchObject({ perSecond: 20, tries: 40, succeeded: 40 });
  });

  it('ends with the complete steps when it is interrupted', async () => {
    const abort = new AbortController();
    const options = { signal: abort.signal, onStep: () => abort.abort() };
    const { handshakes, refreshes } = await calibrated(scenarioOf(EMBEDDED), options);
    expect(handshakes).toMatchObject({ end: 'interrupted', steps: [{ perSecond: 20, succeeded: 40 }] });
    expect(refreshes).toBeNull();
  });

  it.each([
    [
      'that refuses',
      (port: number) => `ws://127.0.0.1:${port}/`,
      false,
      'none of 40 clients became ready (refused 40)',
    ],
    [
      'that never answers',
      (port: number) => `ws://127.0.0.1:${port}/`,
      true,
      'none of 40 clients became ready (timeout 40)',
    ],
    ['that is not allowed', () => 'ws://192.0.2.1/', false, '192.0.2.1 is not a loopback address'],
  ])('of a target %s is refused', async (_title, urlAt, listens, message) => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    if (listens) onTestFinished(() => void server.close());
    else server.close();
    const scenario = scenarioOf(`{ url: "${urlAt(port)}" }`, 'clients.connectTimeout=500ms');
    const refusal = await calibrated(scenario).catch((error: unknown) => error);
    // The class comes from the copy of the module in `dist`.
    expect(refusal).toMatchObject({ name: RunRefused.name, message });
  });
});
