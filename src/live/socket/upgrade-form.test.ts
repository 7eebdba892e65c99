import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { Environment } from '../../core/template/environment.ts';
import { readTemplate, type Template } from '../../core/template/template.ts';
import { dialPath, upgradeForm } from './upgrade-form.ts';
import { upgradePlan } from './upgrade-plan.ts';
import { upgradeRequest } from './upgrade.ts';

const endpoint: Endpoint = {
  address: '127.0.0.1',
  port: 80,
  secure: false,
  hostName: 'x',
  authority: 'x',
  path: '/of-the-endpoint',
};

function template(text: string): Template {
  const read = readTemplate(text);
  if ('unknownHole' in read) throw new Error(read.unknownHole);
  return read;
}

/** The lines of client 7's request under these settings, with values of the environment and of the client's user. */
function linesOf(
  sets: readonly string[],
  user: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const scenario = parseScenario(
    'duration: 1m\nusers: { generate: { room: "{client}", tenant: a, q: b, who: c, host: d } }\nclients: { count: 1 }\ntarget: { url: "ws://x" }',
    'a.yaml',
    { sets },
  );
  const environment = new Environment((name) => env[name]);
  const form = upgradeForm(scenario.tokens.carrier, upgradePlan(scenario, environment));
  const holes = { client: 7, user };
  const dial = { client: 0, endpoint, path: dialPath(form, endpoint, holes), token: 'T', holes };
  return upgradeRequest(form, dial, 'KEY').split('\r\n').slice(0, -2);
}

function agentsOf(sets: readonly string[]): readonly string[] {
  return linesOf(sets).filter((line) => /^user-agent:/i.test(line));
}

describe('the upgrade request of a scenario', () => {
  test('has its headers, filled in for each client', () => {
    const lines = linesOf(
      ['target.headers={ Origin: "https://app.example.com", X-Key: "{env.KEY}", X-Who: "{user.tenant}/{client}" }'],
      { tenant: 'acme' },
      { KEY: 's3cret' },
    );
    expect(lines).toContain('Origin: https://app.example.com');
    expect(lines).toContain('X-Key: s3cret');
    expect(lines).toContain('X-Who: acme/7');
  });

  test('names squall in User-Agent, unless the scenario sets another', () => {
    expect(agentsOf([])).toEqual([expect.stringMatching(/^User-Agent: squall\/\d/)]);
    expect(agentsOf(['target.headers={ user-agent: app/3 }'])).toEqual(['user-agent: app/3']);
  });

  test.each([
    ['wss://x', '/of-the-endpoint'],
    ['wss://x/a b/{user.tenant}?q={user.q}&n={client}', '/a%20b/ac%2Fme?q=1%262%3D3&n=7'],
    ['wss://x?key={env.KEY}', '/?key=s%20t'],
    ['wss://x/{{user.tenant}}/{client}', '/%7Buser.tenant%7D/7'],
    ['wss://x/hole-{client}{client}-hole', '/hole-77-hole'],
  ])('fills the holes of %s, and escapes their values', (url, path) => {
    const [first] = linesOf([`target.url=${url}`], { tenant: 'ac/me', q: '1&2=3' }, { KEY: 's t' });
    expect(first).toBe(`GET ${path} HTTP/1.1`);
  });

  test.each([
    ['header', ['Sec-WebSocket-Protocol: chat.v2, chat.v1']],
    ['{ subprotocol: { protocol: chat.v1, prefix: bearer. } }', ['Sec-WebSocket-Protocol: chat.v1, chat.v2, bearer.T']],
  ])('offers its subprotocols beside a token in %s, once each and in one line', (carrier, expected) => {
    const lines = linesOf(['target.subprotocols=[chat.v2, chat.v1]', `tokens.carrier=${carrier}`]);
    expect(lines.filter((line) => line.startsWith('Sec-WebSocket-Protocol'))).toEqual(expected);
  });

  test('keeps its lines with any text in a row of users', () => {
    const header = { name: 'X-Who', value: template('{user.who}') };
    const form = upgradeForm(
      { kind: 'header' },
      { headers: [header], path: template('/{user.who}'), subprotocols: [], deflate: false },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (who) => {
        const holes = { client: 7, user: { who } };
        const path = dialPath(form, endpoint, holes);
        const request = upgradeRequest(form, { client: 0, endpoint, path, token: 'T', holes }, 'KEY');
        // Latin-1 writes only the low byte of a character, which could be a line end.
        expect(
          Buffer.from(request, 'latin1')
            .toString('latin1')
            .split(/[\r\n]+/),
        ).toHaveLength(10);
        expect(request.split('\r\n')).toHaveLength(11);
      }),
      { examples: [['\u010a\u010d\r\nX-Evil: 1'], ['\ud800']] },
    );
  });

  test('is refused when the environment has a line end for a header', () => {
    expect(() => linesOf(['target.headers={ X-Key: "{env.KEY}" }'], {}, { KEY: 'a\r\nb' })).toThrow(
      'target.headers.X-Key: a variable of the environment holds a character that no header can hold',
    );
  });
});
