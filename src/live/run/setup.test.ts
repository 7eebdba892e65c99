import { expect, test } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { NO_CONSENT } from '../network/consent.ts';
import { NO_EXTRAS, prepareRun } from './setup.ts';

test('a run whose scenario names variables of the environment that are not set is refused with each of them', async () => {
  const target = '{ url: "ws://127.0.0.1:1/{env.SQUALL_NO_SUCH_A}", headers: { X: "{env.SQUALL_NO_SUCH_B}" } }';
  const scenario = parseScenario(`duration: 1m\nclients: { count: 1 }\ntarget: ${target}`, 'unset.yaml');
  await expect(prepareRun(scenario, NO_EXTRAS, {} as never, NO_CONSENT)).rejects.toThrow(
    'unset: target.headers.X: the environment variable SQUALL_NO_SUCH_B is not set — set it, or remove {env.SQUALL_NO_SUCH_B}\n' +
      'unset: target.url: the environment variable SQUALL_NO_SUCH_A is not set — set it, or remove {env.SQUALL_NO_SUCH_A}',
  );
});

/** A scenario that allows a host of its own. */
function written(target: string) {
  return parseScenario(
    `duration: 1m\nclients: { count: 1 }\ntarget: { allow: [evil.example], ${target} }`,
    'stranger.yaml',
  );
}

test('values of the environment go to no host that only the scenario allows', async () => {
  const scenario = written('url: "ws://evil.example/", headers: { X: "{env.PATH}" }');
  await expect(prepareRun(scenario, NO_EXTRAS, {} as never, NO_CONSENT)).rejects.toThrow(
    /^target\.headers\.X: it would send \{env\.PATH\} .* only the scenario itself allows .evil\.example/,
  );
  const inUrl = written('url: "ws://evil.example/{env.PATH}"');
  await expect(prepareRun(inUrl, NO_EXTRAS, {} as never, NO_CONSENT)).rejects.toThrow(/target\.url: it would send/);
  const trusted = { exec: false, hosts: ['Evil.example'] };
  await expect(prepareRun(scenario, NO_EXTRAS, {} as never, trusted)).rejects.not.toThrow(/it would send/);
});

test('a run on real sockets that is longer than an hour is refused before anything is started', async () => {
  const events = { onDied: () => {}, onWarning: () => {} } as never;
  const long = parseScenario('duration: 61m\nclients: { count: 1 }', 'long.yaml');
  await expect(prepareRun(long, NO_EXTRAS, events, NO_CONSENT)).rejects.toThrow(
    'long: duration: a run on real sockets lasts 1h at most — set duration=1h, or use squall simulate',
  );
});
