import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { readUsers } from '../../identity/read-users.ts';
import { liveRun, smallScenario } from '../../testing/live-run.ts';
import { rotatingService, type RotatingService } from '../../testing/rotating-service.ts';
import { until } from '../../testing/shard-rig.ts';
import { MAIN } from '../../testing/squall.ts';
import type { Scenario } from '../../scenario/scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-run-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

const USERS = 8;

/** Users with fresh refresh tokens. */
function usersFile(name: string, service: RotatingService): string {
  const file = join(folder, name);
  const rows = service.valid().map((refresh, user) => `u${user},${refresh},"a, b"\n`);
  writeFileSync(file, `id,refresh,note\n${rows.join('')}`);
  return file;
}

const refreshTokensIn = (file: string): readonly unknown[] => readUsers(file).rows.map((row) => row['refresh']);

function setsFor(service: RotatingService, file: string, out: string): readonly string[] {
  return [
    `target={ url: "${service.gatewayUrl}" }`,
    `users={ file: ${JSON.stringify(file)}, out: ${JSON.stringify(out)} }`,
    `clients={ count: ${USERS}, arrive: { over: 100ms }, connectTimeout: 10s }`,
    `tokens={ refresh: { lead: 1s }, source: { file: { refresh: "{user.refresh}" }, oauth2: { url: "${service.tokenUrl}" } } }`,
    'generator.workers=2',
  ];
}

function scenarioFor(service: RotatingService, file: string, out: string): Scenario {
  return smallScenario('duration=60s', ...setsFor(service, file, out));
}

test('runs one after the other go on with the tokens of the run before, whatever was under way at its end', async () => {
  const service = await rotatingService(USERS, 2);
  const file = usersFile('users.csv', service);
  const out = join(folder, 'users-now.csv');
  for (const [run, into] of [file, out, out].entries()) {
    const before = service.issued;
    const { outcome } = await liveRun(scenarioFor(service, file, into), {
      until: ({ measurements: { curves } }) => curves.total('refreshed') >= 2 * USERS,
    });
    expect(service.issued - before).toBeGreaterThanOrEqual(2 * USERS);
    expect(outcome.integrity).toEqual([]);
    expect(refreshTokensIn(into), `run ${run}`).toEqual(service.valid());
  }
  expect(service.reused).toEqual([]);
  expect(readUsers(out).rows[3]).toMatchObject({ id: 'u3', note: 'a, b' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a run that is killed leaves a whole file, and the next run goes on with it', async () => {
  // Tokens of an hour: each client gets one at its arrival, and no other.
  const service = await rotatingService(USERS, 3600);
  const file = usersFile('killed.csv', service);
  const scenario = join(folder, 'killed.yaml');
  writeFileSync(scenario, 'duration: 60s\nclients: { count: 1 }\n');
  const sets = setsFor(service, file, file).flatMap((set) => ['--set', set]);
  const child = spawn(process.execPath, [MAIN, 'run', scenario, '--results', join(folder, 'results'), ...sets], {
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close');
  await until(() => service.issued === USERS && refreshTokensIn(file).join() === service.valid().join());
  child.kill('SIGKILL');
  await ended;
  expect(refreshTokensIn(file)).toEqual(service.valid());
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  const { outcome } = await liveRun(scenarioFor(service, file, file), {
    until: ({ measurements: { curves } }) => curves.total('stateReady') >= USERS,
  });
  expect(outcome.integrity).toEqual([]);
  expect(service.reused).toEqual([]);
  expect(service.issued).toBe(2 * USERS);
});

test('a file that does not hold the same users is not replaced', async () => {
  const service = await rotatingService(USERS, 3600);
  const file = usersFile('mine.csv', service);
  const other = join(folder, 'other.csv');
  writeFileSync(other, 'refresh\nsomething else\n');
  utimesSync(other, 1, 1);
  await expect(liveRun(scenarioFor(service, file, other))).rejects.toThrow(
    `${other}: users.out: there is a file with other columns, which squall does not replace`,
  );
  expect(service.issued).toBe(0);
});
