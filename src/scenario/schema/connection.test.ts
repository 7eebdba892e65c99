import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { resolvedYaml } from '../resolved-yaml.ts';

function parse(...sets: readonly string[]) {
  return parseScenario(
    'duration: 1m\nusers: { generate: { room: "{client}", tenant: a, q: b, who: c, host: d } }\nclients: { count: 1 }\ntarget: { url: "ws://x" }',
    'a.yaml',
    { sets },
  );
}

describe('the connection of a URL target', () => {
  test('is printed as written, holes included', () => {
    const sets = [
      'target.url=wss://x/{user.room}?key={env.KEY}',
      'target.headers={ X-Key: "{env.KEY}", X-Raw: "{{x}}" }',
      'target.subprotocols=[a, b]',
      'target.proxy=http://{env.U}:{env.P}@proxy:3128',
    ];
    const again = parseScenario(resolvedYaml(parse(...sets)), 'a.yaml');
    expect(again.target).toEqual(parse(...sets).target);
    expect(resolvedYaml(parse(...sets))).toContain('wss://x/{user.room}?key={env.KEY}');
  });

  test.each([
    ['target.headers={ Host: x }', 'a header that squall writes itself ("Host") — remove it'],
    ['target.headers={ sec-websocket-key: x }', 'a header that squall writes itself'],
    ['target.headers={ Transfer-Encoding: chunked }', 'a header that squall writes itself'],
    ['target.headers={ "X Y": x }', 'not the name of a header ("X Y")'],
    ['target.headers={ X: "a\\nb" }', 'not allowed here'],
    ['target.headers={ X: "{token}" }', 'no value at this place ("{token}")'],
    ['target.headers={ X-Api-Key: hunter2 }', 'a secret in the scenario — take it from the environment: {env.NAME}'],
    ['target.headers={ X-A: a, x-a: b }', 'the same header as X-A — keep one of them'],
    ['target.headers={ Authorization: "{env.A}" }', "squall writes each client's token into this header"],
    ['target.subprotocols=["a b"]', 'write letters, digits'],
    ['target.proxy=https://x:3128', 'not the URL of an HTTP proxy'],
    ['target.proxy=http://x:99999', 'not the URL of an HTTP proxy'],
    ['target.proxy=http://x/path', 'not the URL of an HTTP proxy'],
    ['target.proxy=http://{env.HOST}:3128', 'not the URL of an HTTP proxy'],
    ['target.proxy=http://me:hunter2@x:3128', 'take both from the environment'],
    ['target.proxy=http://{env.A}:hunter2@x:3128', 'take both from the environment'],
    ['target.url=wss://{user.host}/', 'holes may stand in path and query'],
    ['target.url=wss://x:{env.PORT}/', 'holes may stand in path and query'],
    ['target.url=wss://x/{token}', 'no value at this place'],
    ['target.url=wss://x/{user.tennant}', 'did you mean {user.tenant}?'],
    ['target.headers={ X: "{user.tennant}" }', 'did you mean {user.tenant}?'],
    ['target.url=wss://x/?token=abc{client}', 'a secret in the URL'],
    ['target.url=wss://x/?token=abc&a={client}', 'a secret in the URL'],
  ])('refuses %s', (set, message) => {
    expect(() => parse(set)).toThrow(message);
  });

  test('may have an Authorization header of its own where the token travels elsewhere', () => {
    expect(() => parse('tokens.carrier={ query: t }', 'target.headers={ Authorization: "{env.A}" }')).not.toThrow();
  });
});
