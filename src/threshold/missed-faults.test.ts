import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../core/fault/fault.ts';
import { outcomeOf } from '../core/fault/outcome.ts';
import { parseScenario } from './load-scenario.ts';
import { hasMissed, isUntested, missedBy } from './missed-faults.ts';

/** Faults, and what each hit concerns: one client alone, whose miss has bounds; a whole, whose miss has none. */
const FAULTS: readonly (readonly [fault: string, perUser: number, concerns: 'one client' | 'more'])[] = [
  ['drop: reset', 1, 'one client'],
  ['drop: { code: 1012 }', 2, 'one client'],
  ['age: 2s', 1, 'one client'],
  ['for: 1s, link: silent', 1, 'one client'],
  ['for: 1s, handshake: { status: 503 }', 2, 'one client'],
  ['for: 1s, refresh: { status: 503 }', 1, 'one client'],
  // Devices of a user may share the request, and the session that it ends.
  ['for: 1s, refresh: invalid-grant', 2, 'more'],
  ['clock: 30s', 1, 'one client'],
  ['clock: { of: clients, drift: 10ms/s }', 2, 'one client'],
  ['clock: { of: gateway, offset: 30s }', 1, 'more'],
  ['clock: { of: token-service, offset: 30s }', 1, 'more'],
  ['session: compromised', 1, 'one client'],
  ['session: compromised', 2, 'more'],
  ['session: disabled', 1, 'more'],
  ['session: logout', 2, 'more'],
  ['keys: rotate', 1, 'more'],
  ['for: 1s, gateway: crash', 1, 'more'],
  ['exec: ["true"]', 1, 'more'],
  ['for: 1s, toxiproxy: { url: "http://127.0.0.1:9", proxy: a, toxic: { type: down } }', 1, 'more'],
];

describe('a fault that hit some of what it planned', () => {
  it.each(FAULTS)('%s of users with %i devices concerns %s', (text, perUser, concerns) => {
    const { faults } = parseScenario(
      `duration: 30s
target: { embedded: { gateways: 2 } }
clients: { count: 10, perUser: ${perUser} }
faults: [{ at: 1s, ${text} }]`,
      'fault.yaml',
    );
    const outcome = outcomeOf(faults[0]!, 10_000, { planned: 3, hit: 2, missed: {} }, false, perUser);
    const isOne = concerns === 'one client';
    expect([isUntested(outcome), hasMissed(outcome), missedBy([outcome])]).toEqual([!isOne, isOne, isOne ? 1 : 0]);
  });

  it('is known for every kind of fault', () => {
    const named = FAULTS.map(([text]) => FAULT_KINDS.find((kind) => text.includes(`${kind}:`)));
    expect(new Set(named)).toEqual(new Set(FAULT_KINDS));
  });
});
