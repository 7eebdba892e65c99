import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../testing/expected-problems.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from './resolved-yaml.ts';

const URL_TARGET = 'target: { url: "ws://127.0.0.1:1" }\n';
const FILE = 'users: { file: users.csv }\n';

describe('users and token sources', () => {
  it.each([
    'users: { file: users.jsonl, share: rows }',
    "users: { generate: { e-mail: 'load-{client}@example.com', password: '{env.PASSWORD}' } }",
    `${FILE}tokens: { source: { file: { access: '{user.access}' } } }`,
    `${FILE}tokens: { source: { mint: { claims: { sub: '{user.id}', n: 1, admin: false, aud: [a, b], at: { tenant: 't-{client}' } } } } }`,
    'tokens: { source: mint }',
  ])('print as they were read: %s', (section) => {
    const scenario = parseScenario(`${LEAST}${URL_TARGET}${section}\n`, 's.yaml');
    expect(parseScenario(resolvedYaml(scenario), 's.yaml')).toEqual(scenario);
  });

  it.each([
    [
      'tokens: { source: { mint: { claims: { exp: 5 } } } }',
      '4:44: tokens.source.mint.claims.exp: set by squall — remove it: tokens.lifetime and tokens.issued decide when a token runs out',
    ],
    [
      'tokens: { source: { mint: { claims: { sub: "{usr.id}" } } } }',
      '4:44: tokens.source.mint.claims.sub: unknown hole ("{usr.id}") — the holes here are {client}, {user.COLUMN}, {env.NAME}; {{usr.id}} stands for the text {usr.id}',
    ],
    [
      'tokens: { source: { mint: { claims: { a: [{ sub: "{user.id}" }] } } } }',
      '4:50: tokens.source.mint.claims.a.0.sub: {user.id} has no value without users ("{user.id}") — name a file in users.file, or generate users',
    ],
    [
      "users: { generate: { email: 'a-{client}' } }\ntokens: { source: { mint: { claims: { sub: '{user.emial}' } } } }",
      '5:44: tokens.source.mint.claims.sub: there is no column emial ("{user.emial}"; users.generate is {"email":"a-{client}"}, line 4) — did you mean {user.email}?',
    ],
    [
      `${FILE}tokens: { source: { file: { access: '{user.a}', refresh: '{user.b}' } } }`,
      '5:58: tokens.source.file.refresh: a refresh token, and no token endpoint to send it to — add the endpoint beside `file`',
    ],
    [
      `tokens: { source: { mint: {}, file: { access: '{user.a}' } } }`,
      '4:47: tokens.source.file.access: a first access token of its own, though it is minted — keep one of `mint` and `access`',
    ],
    [
      `tokens: { source: { file: { access: 'always the same' } } }`,
      '4:37: tokens.source.file.access: without {user.COLUMN} ("always the same") — write text such as {user.access}',
    ],
    [
      `${FILE}tokens: { source: { file: { access: '{user.a}' } } }\nfaults: [{ at: 1s, for: 1s, refresh: hang }]`,
      '6:38: faults.0.refresh: clients have no other token than their first, so none is asked for (hang; tokens.source is {"file":{"access":"{user.a}"}}, line 5) — remove the fault, or add a token endpoint to tokens.source',
    ],
    [
      'tokens: { source: { file: {} } }',
      "4:21: tokens.source.file: no column — write { access: '{user.access}' }, or a refresh token for the token endpoint beside it",
    ],
    ['users: { generate: {} }', '4:10: users.generate: no columns — write at least one'],
    [
      'users: { file: u.csv, out: u.csv }',
      '4:28: users.out: there are no tokens to write: only tokens of a column that an endpoint renews change (u.csv; tokens.source is mint, the default) — remove it, or name the columns in tokens.source.file and the endpoint beside it',
    ],
  ])('%s is an error', (section, message) => {
    expect(problemsOf(`${LEAST}${URL_TARGET}${section}\n`)).toEqual([`s.yaml:${message}`]);
  });

  it('leave the embedded target the claims that it needs', () => {
    const claims = "{ sub: 'x-{client}', plan: gold }";
    expect(problemsOf(`${LEAST}tokens: { source: { mint: { claims: ${claims} } } }\n`)).toEqual([
      's.yaml:3:44: tokens.source.mint.claims.sub: the embedded target needs the claim that squall sets ("x-{client}"; see target.embedded, the default) — remove it, or set target.url',
    ]);
  });
});
