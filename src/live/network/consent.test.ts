import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { checkConsent, NO_CONSENT, refusalOf } from './consent.ts';
import { runLive } from '../run/run.ts';

const scenarioWith = (fault: string) =>
  parseScenario(
    `duration: 10s\nclients: { count: 1, arrive: { over: 1s } }\nfaults: [{ at: 2s, ${fault} }]\n`,
    's.yaml',
  );
const toxiproxyAt = (url: string) =>
  scenarioWith(`for: 1s, toxiproxy: { url: "${url}", proxy: gateway, toxic: { type: down } }`);

describe('an exec fault', () => {
  const scenario = scenarioWith('exec: touch pwned');

  it('is refused in any scenario unless the user allows it', async () => {
    await expect(checkConsent(scenario, NO_CONSENT)).rejects.toMatchObject({
      name: 'RunRefused',
      code: 'not-allowed',
      message: 'faults.0: it would run a command on this machine ("/bin/sh -c touch pwned")',
      fix: 'if you trust the scenario, add --allow-exec',
    });
    await expect(checkConsent(scenario, { exec: true, hosts: [] })).resolves.toBeUndefined();
  });

  it('is refused before a live run begins, to a caller that says nothing of it', async () => {
    const unseen = { onEvent: () => {}, onProgress: () => {}, onInterval: () => {} };
    const nowhere = { journalFile: null, accessLogFile: null, tokensFile: null };
    const run = runLive(scenario, { listener: unseen, signal: new AbortController().signal, ...nowhere });
    await expect(run).rejects.toMatchObject({ name: 'RunRefused', code: 'not-allowed' });
  });
});

describe('a toxiproxy fault', () => {
  it.each(['http://127.0.0.1:8474', 'http://127.9.9.9:8474', 'http://localhost:8474', 'http://[::1]:8474'])(
    'may address this machine: %s',
    (url) => {
      expect(refusalOf(toxiproxyAt(url).faults[0]!, NO_CONSENT)).toBeNull();
    },
  );

  it.each([
    ['http://10.0.0.1:8474', '10.0.0.1'],
    ['http://169.254.169.254/latest', '169.254.169.254'],
    ['http://metadata.internal:80', 'metadata.internal'],
    ['http://0x7f000001.example:80', '0x7f000001.example'],
  ])('may address %s only where the user allows its host', (url, host) => {
    const [fault] = toxiproxyAt(url).faults;
    expect(refusalOf(fault!, NO_CONSENT)?.option).toBe(`--allow-host ${host}`);
    expect(refusalOf(fault!, { exec: false, hosts: [host.toUpperCase()] })).toBeNull();
  });
});
