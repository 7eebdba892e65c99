import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ClusterPlan } from '../kubernetes/cluster-plan.ts';
import { manifestText } from '../kubernetes/manifests.ts';
import { redisManifests } from '../kubernetes/redis.ts';
import { CHECKOUT } from './checkout.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

const needs = { memoryBytes: 2 ** 26, cores: 1 };
const PLAN: ClusterPlan = {
  name: 'squall-storm',
  namespace: 'load',
  image: 'squall:1',
  version: '1.0.0',
  redisUrl: null,
  shards: 2,
  durationMs: 1000,
  scenario: '',
  files: [],
  environment: [],
  allowHosts: [],
  hasCoordinator: true,
  workerNeeds: needs,
  coordinatorNeeds: needs,
};

function redisPod(): readonly string[] {
  const [deployment] = redisManifests(PLAN);
  if (deployment?.kind !== 'Deployment') throw new Error('the first object is not the Deployment');
  return deployment.spec.template.spec.containers[0].command ?? [];
}

function redisService(): readonly string[] {
  const { services } = parse(readFileSync(join(CHECKOUT, 'compose.yaml'), 'utf8'), { merge: true }) as {
    readonly services: { readonly redis: Readonly<Record<'entrypoint' | 'command', readonly string[]>> };
  };
  const { entrypoint, command } = services.redis;
  return [...entrypoint, ...command].map((text) => text.replaceAll('$$', '$'));
}

describe('Redis in a container', () => {
  it.each([
    ['squall k8s', redisPod()],
    ['compose.yaml', redisService()],
  ])('takes the place of the shell that gives it the password, so that SIGTERM reaches it: %s', (_, command) => {
    const [shell = '', ...args] = command;
    writeFileSync(join(folder, 'redis-server'), '#!/bin/sh\necho $$\ncat\n', { mode: 0o755 });
    const { pid, stdout } = spawnSync(shell, args, {
      encoding: 'utf8',
      env: { PATH: [folder, process.env['PATH']].join(delimiter), SQUALL_REDIS_PASSWORD: 'a$b*c' },
    });
    expect(stdout).toBe(`${pid}\nrequirepass "a$b*c"\n`);
  });
});

describe('the step that follows the coordinator in a cluster', () => {
  const steps = manifestText(PLAN).replaceAll(/^# {4}/gm, '');
  const [step = ''] = /^until [^]*?done$/m.exec(steps) ?? [];

  // As kubectl 1.32 answered: `logs` of a pod without a node is empty, of a container that waits it is refused.
  it.each([
    ['waits for a node', { logs: 'true', job: 'true' }, 'again'],
    ['waits for the init container', { logs: 'false', job: 'true' }, 'again'],
    ['ends when the pod has waited in vain', { logs: 'false', job: 'printf 1' }, 'ended'],
    ['ends with the log of the run', { logs: 'echo PASS', job: 'true' }, 'PASS\nended'],
  ])('%s', (_, { logs, job }, output) => {
    const kubectl = `kubectl() { case "$*" in '-n load logs '*) ${logs} ;; '-n load get job '*) ${job} ;; *) exit 9 ;; esac; }`;
    const script = `${kubectl}\nsleep() { echo again; exit; }\n${step}\necho ended`;
    expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(`${output}\n`);
  });
});
