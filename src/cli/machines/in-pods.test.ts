import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { checkCoordinator, checkSizes, checkWorkers, isNear } from './in-pods.ts';

const FAR = 'url: "wss://staging.example.com/rt", allow: [staging.example.com]';

function scenarioOf(target: string, ...sets: readonly string[]): Scenario {
  return parseScenario(
    `duration: 10s\ntarget: { ${target} }\nclients: { count: 8, arrive: { over: 1s } }`,
    'pods.yaml',
    { sets },
  );
}

describe('a scenario in pods', () => {
  it('has a target that all pods reach', () => {
    expect(() => checkWorkers(scenarioOf(FAR), 8)).not.toThrow();
    expect(() => checkCoordinator(scenarioOf(FAR))).not.toThrow();
  });

  it.each([
    ['an embedded target', scenarioOf('embedded: {}'), /a server that pods reach as target\.url/],
    ['a loopback address', scenarioOf('url: "ws://127.0.0.2:9"'), /target\.url: 127\.0\.0\.2 is the pod itself/],
    ['loopback by name', scenarioOf('url: "ws://localhost:9"'), /target\.url: localhost is the pod itself/],
    ['loopback in IPv6', scenarioOf('url: "ws://[::1]:9"'), /as the cluster knows it/],
    [
      'a proxy on loopback',
      scenarioOf(`${FAR}, proxy: "http://{env.U}:{env.P}@127.0.0.1:3128"`),
      /target\.proxy: 127\.0\.0\.1/,
    ],
    [
      'a token endpoint on loopback',
      scenarioOf(
        FAR,
        'tokens.source={ oauth2: { url: "http://localhost:8080/token", clientId: web, login: client-credentials } }',
      ),
      /tokens\.source\.endpoint\.login\.url: localhost/,
    ],
    ['more shards than clients', scenarioOf(FAR, 'clients.count=7'), /there are 7 clients; take fewer shards/],
    [
      'a protocol of its own',
      scenarioOf(`${FAR}, protocol: ./ours.mjs`),
      /target\.protocol: the image .* lacks the code/,
    ],
  ])('may not have %s', (_, scenario, message) => {
    expect(() => checkWorkers(scenario, 8)).toThrow(message);
  });

  it.each([
    ['commands', scenarioOf(FAR, 'faults=[{ at: 1s, exec: ["true"] }]'), /exec.*--no-coordinator/],
    [
      'a Toxiproxy on loopback',
      scenarioOf(
        FAR,
        'faults=[{ at: 1s, for: 1s, toxiproxy: { url: "http://localhost:8474", proxy: gateway, toxic: { type: timeout } } }]',
      ),
      /faults\.0\.toxiproxy.*: localhost is the pod itself for the coordinator/,
    ],
    [
      'certificates of single clients',
      scenarioOf(`${FAR}, tls: { cert: "devices/{client}.pem", key: "devices/{client}.key" }`),
      /target\.tls\.cert.*--no-coordinator/,
    ],
  ])('leaves %s to a coordinator outside the cluster', (_, scenario, message) => {
    expect(() => checkWorkers(scenario, 8)).not.toThrow();
    expect(() => checkCoordinator(scenario)).toThrow(message);
  });

  it('fits into the objects of Kubernetes, with its files', () => {
    const files = [{ path: 'a' }, { path: 'b' }];
    expect(() => checkSizes('text', files, () => 512 * 1024)).not.toThrow();
    expect(() => checkSizes('text', files, () => 512 * 1024 + 1)).toThrow(/1048578 bytes; a Secret takes 1048576/);
    expect(() => checkSizes('é'.repeat(125_001), [], () => 0)).toThrow(/250002 bytes/);
  });

  it.each(['localhost', 'LOCALHOST', 'a.localhost', '127.9.9.9', '[::1]', '[::ffff:127.0.0.1]'])(
    '%s is near',
    (host) => {
      expect(isNear(host)).toBe(true);
    },
  );

  it.each(['localhost.example.com', '10.0.0.1', '[fd00::1]', 'staging.example.com', ''])('%j is not near', (host) => {
    expect(isNear(host)).toBe(false);
  });
});
