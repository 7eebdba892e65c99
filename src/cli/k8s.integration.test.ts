import { describe, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';

const TARGET = 'target={ url: "wss://staging.example.com/rt?key={env.URL_KEY}", allow: [staging.example.com] }';
const args = (...more: readonly string[]): readonly string[] => [
  'k8s',
  'scenarios/deploy-drop.yaml',
  '--set',
  TARGET,
  ...more,
];

describe('squall k8s', () => {
  it('prints manifests on stdout and nothing else anywhere', async () => {
    const { code, stdout, stderr } = await commandLine(args('--shards', '8', '--allow-host', 'staging.example.com'));
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
    const { stdout } = await commandLine(args('--shards', '8', '--allow-host', 'staging.example.com', '--fetch'));
    expect(stdout.match(/^kind: .*$/gm)).toEqual(['kind: Pod']);
  });

  it('asks for consent before the environment is sent to a host that only the scenario allows', async () => {
    const { code, stderr } = await commandLine(args('--shards', '8'));
    expect(stderr).toContain('add --allow-host staging.example.com');
    expect(code).toBe(4);
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
    const { code, stdout, stderr } = await commandLine(args('--allow-host', 'staging.example.com', ...more));
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('never prints the password of a Redis', async () => {
    const redis = 'redis://load:hunter2@redis.example.com';
    const { code, stderr } = await commandLine(
      args('--allow-host', 'staging.example.com', '--shards', '8', '--redis', redis),
    );
    expect(stderr).toContain('put it into the Secret as SQUALL_REDIS_PASSWORD');
    expect(stderr).not.toContain('hunter2');
    expect(code).toBe(2);
  });

  it('warns of more clients than a pod has ports', async () => {
    const many = args('--allow-host', 'staging.example.com', '--shards', '2', '--set', 'clients.count=60000');
    const { code, stderr } = await commandLine(many);
    expect(stderr).toContain('take --shards 3');
    expect(code).toBe(0);
  });
});
