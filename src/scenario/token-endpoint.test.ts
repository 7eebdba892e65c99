import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../testing/expected-problems.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from './resolved-yaml.ts';

const URL_TARGET = 'target: { url: "ws://127.0.0.1:1" }\n';
const USERS = 'users: { file: users.csv }\n';

describe('a token endpoint', () => {
  it.each([
    'keycloak: { url: "http://127.0.0.1:1", realm: r, clientId: web, clientSecret: "{env.S}" }',
    'oauth2: { issuer: "http://127.0.0.1:1", clientId: web, login: client-credentials, scope: a }',
    'firebase: { apiKey: "{env.K}" }',
    'cognito: { region: eu-central-1, clientId: web, token: id }',
    'cookie-session: { login: "http://127.0.0.1:1/login", lifetime: 15m }',
    'mint: {}, endpoint: { ticket: { url: "http://127.0.0.1:1/t/{client}", answer: { ticket: { header: X-Ticket } } } }',
    'endpoint: { cookies: true, flight: user, csrf: { url: "http://127.0.0.1:1/c" }, login: { url: "http://127.0.0.1:1/", json: [1, { a: "{user.id}" }], answer: { ends: [401, gone, 1003], unit: ms, expiresAt: a.b, refresh: { cookie: r } } } }',
  ])('prints as it was read, a preset as the endpoint that it stands for: %s', (source) => {
    const scenario = parseScenario(`${LEAST}${URL_TARGET}${USERS}tokens: { source: { ${source} } }\n`, 's.yaml');
    const printed = resolvedYaml(scenario);
    expect(parseScenario(printed, 's.yaml')).toEqual(scenario);
    expect(printed).toContain('endpoint:');
  });

  it.each([
    [
      'oauth2: { url: "http://x/" }',
      "tokens.source: no refresh token for the endpoint — give it a login, or write { file: { refresh: '{user.refresh}' } } beside it",
    ],
    [
      'endpoint: { ticket: { url: "http://x/" } }',
      'tokens.source: no first token — give the endpoint a login, or write `mint: {}` or `file` beside it',
    ],
    [
      'keycloak: { url: "http://x", realm: r, clientId: c }, oauth2: { url: "http://x/" }',
      'tokens.source: more than one token endpoint — keep one',
    ],
    [
      'endpoint: { login: { url: "http://{user.host}/" } }',
      'tokens.source.endpoint.login.url: a hole in the host of the URL — write the host as it is, and holes after it, such as https://staging.example.com/auth/refresh',
    ],
    [
      'endpoint: { login: { url: "http://x/?token=abc" } }',
      'tokens.source.endpoint.login.url: a secret in the URL (token=…) — remove it: it would be written into every result; tokens travel as tokens.carrier says',
    ],
    [
      'endpoint: { login: { url: "http://x/", form: { password: hunter2 } } }',
      'tokens.source.endpoint.login.form.password: a secret in the scenario — write {env.NAME} or {user.COLUMN}: it would be written into every result',
    ],
    [
      'endpoint: { login: { url: "http://x/", json: { a: { clientSecret: hunter2 } } } }',
      'tokens.source.endpoint.login.json: a secret in the scenario (clientSecret) — write {env.NAME} or {user.COLUMN}: it would be written into every result',
    ],
    [
      'endpoint: { client: { id: web, secret: hunter2 }, login: { url: "http://x/" } }',
      'tokens.source.endpoint.client.secret: a secret that is not read from the environment — write a variable, such as {env.CLIENT_SECRET}',
    ],
    [
      'endpoint: { login: { url: "http://x/", form: {}, text: a } }',
      'tokens.source.endpoint.login.text: form and text — a request has one body; keep one of them',
    ],
    [
      'endpoint: { client: { id: web, auth: basic }, login: { url: "http://x/" } }',
      'tokens.source.endpoint.client.secret: missing — auth: basic needs it',
    ],
    [
      'endpoint: { login: { form: {} } }',
      'tokens.source.endpoint.login.url: missing — write the URL of the request, or oidc: https://issuer',
    ],
    [
      'keycloak: { url: "http://x", realm: r, clientId: web, password: hunter2 }',
      'tokens.source.keycloak: login.form.password: a secret in the scenario — write {env.NAME} or {user.COLUMN}: it would be written into every result',
    ],
  ])('%s is an error', (source, message) => {
    const problems = problemsOf(`${LEAST}${URL_TARGET}${USERS}tokens: { source: { ${source} } }\n`);
    expect(problems.map((problem) => problem.replace(/^s\.yaml:\d+:\d+: /, ''))).toEqual([message]);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});
