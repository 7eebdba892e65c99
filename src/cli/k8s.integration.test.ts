import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import type { Ended } from '../testing/squall.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-k8s-'));
const ownKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
writeFileSync(join(folder, 'key.json'), JSON.stringify(ownKey));
writeFileSync(join(folder, 'key.pem'), '-----BEGIN PRIVATE KEY-----\n');
afterAll(() => rmSync(folder, { recursive: true }));

const SCENARIO = resolve('scenarios/deploy-drop.yaml');
const OWN_KEY = ['--set', 'tokens.keyFile=key.json'];
const TARGET = 'target={ url: "wss://staging.example.com/rt?key={env.URL_KEY}", allow: [staging.example.com] }';
const PLAIN_TARGET = 'target={ url: "wss://staging.example.com/rt" }';
const ALLOWED = ['--allow-host', 'staging.example.com'];

const k8s = (target: string, ...more: readonly string[]): Promise<Ended> =>
  commandLine(['k8s', SCENARIO, '--set', target, ...more], {}, folder);

describe('squall k8s', () => {
  it('prints manifests on stdout and nothing else anywhere', async () => {
    const { code, stdout, stderr } = await k8s(TARGET, '--shards', '8', ...OWN_KEY, ...ALLOWED);
    expect(stderr).toBe('');
    expect(stdout.match(/^kind: .*$/gm)).toEqual([
      'kind: ConfigMap',
      'kind: Deployment',
      'kind: Service',
      'kind: NetworkPolicy',
      'kind: PersistentVolumeClaim',
      'kind: Job',
      'kind: Job',
    ]);
    expect(code).toBe(0);
  });

  it('prints the pod that gives the results out', async () => {
    const { stdout } = await k8s(TARGET, '--shards', '8', ...OWN_KEY, ...ALLOWED, '--fetch');
    expect(stdout.match(/^kind: .*$/gm)).toEqual(['kind: Pod']);
  });

  it.each([
    ['values of the environment for a host that only the scenario allows', TARGET, OWN_KEY, 4, '--allow-host staging'],
    ['a target that nobody allowed', PLAIN_TARGET, OWN_KEY, 4, 'if you may load-test it, say so: --allow-host staging'],
    ['tokens signed with the test key', PLAIN_TARGET, ALLOWED, 4, 'a key of your own in tokens.keyFile'],
    [
      'a Toxiproxy that nobody allowed',
      PLAIN_TARGET,
      [
        ...OWN_KEY,
        ...ALLOWED,
        '--set',
        'faults=[{ at: 1s, for: 1s, toxiproxy: { url: "http://toxi:8474", proxy: p, toxic: { type: down } } }]',
      ],
      4,
      '--allow-host toxi',
    ],
    ['a file without a key', PLAIN_TARGET, [...ALLOWED, '--set', 'tokens.keyFile=key.pem'], 2, 'a private JWK'],
    ['a run that is too long', PLAIN_TARGET, [...ALLOWED, ...OWN_KEY, '--set', 'duration=100h'], 2, 'lasts'],
  ] as const)(
    'refuses what the coordinator would refuse in its pod: %s',
    async (_, target, more, exitCode, message) => {
      const { code, stdout, stderr } = await k8s(target, '--shards', '8', ...more);
      expect(stderr).toContain(message);
      expect(stdout).toBe('');
      expect(code).toBe(exitCode);
    },
  );

  it('leaves that to a coordinator that is not in a pod', async () => {
    const { code, stderr } = await k8s(PLAIN_TARGET, '--shards', '8', '--no-coordinator');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it.each([
    [['--shards', '8', '--redis', 'redis://localhost'], '--redis: localhost is the pod itself'],
    [
      ['--shards', '8', '--redis', 'http://redis.example.com'],
      '--redis http://redis.example.com: it does not begin with redis://',
    ],
    [['--shards', '8', '--namespace', 'Load'], '--namespace Load: Kubernetes takes no such name'],
    [['--shards', '0'], '--shards 0: a whole number from 1 to 1000 is needed'],
    [[], '--shards'],
  ])('refuses %j', async (more, message) => {
    const { code, stdout, stderr } = await k8s(TARGET, ...OWN_KEY, ...ALLOWED, ...more);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('never prints the password of a Redis', async () => {
    const redis = 'redis://load:hunter2@redis.example.com';
    const { code, stderr } = await k8s(TARGET, ...OWN_KEY, ...ALLOWED, '--shards', '8', '--redis', redis);
    expect(stderr).toContain('put it into the Secret as SQUALL_REDIS_PASSWORD');
    expect(stderr).not.toContain('hunter2');
    expect(code).toBe(2);
  });

  it('warns of more clients than a pod has ports', async () => {
    const more = ['--shards', '2', '--set', 'clients.count=60000'];
    const { code, stderr } = await k8s(TARGET, ...OWN_KEY, ...ALLOWED, ...more);
    expect(stderr).toContain('take --shards 3');
    expect(code).toBe(0);
  });
});
