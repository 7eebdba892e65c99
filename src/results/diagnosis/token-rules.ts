import { logsIn } from '../../scenario/logs-in.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { inTokens, type Rule } from './cause.ts';

/** A token endpoint's path at Keycloak. */
const KEYCLOAK_PATH = /\/realms\/[^/]+\/protocol\/openid-connect\/token$/;

/** Nothing listens at the token endpoint, or no route leads there. */
export const noTokenEndpoint: Rule = ({ kind, what }, scenario) => {
  if (kind !== 'token' || (what !== 'refused' && what !== 'unreachable')) return null;
  const url = endpointUrl(scenario);
  const where = url === '' ? 'the token endpoint' : `the token endpoint ${url}`;
  return inTokens(
    what === 'refused' ? `nothing listens at ${where}` : `no route leads to ${where}`,
    'start the identity provider, or correct host and port',
    sourceLine(scenario, 'url: …'),
  );
};

function endpointUrl({ tokens }: Scenario): string {
  const { endpoint } = tokens.source;
  return (endpoint?.login ?? endpoint?.refresh)?.url?.text ?? '';
}

/** The line of a preset's keys; a resolved scenario has Keycloak's preset by its path alone. */
function sourceLine(scenario: Scenario, keys: string): string {
  return `source: { ${KEYCLOAK_PATH.test(endpointUrl(scenario)) ? 'keycloak' : 'oauth2'}: { ${keys} } }`;
}

/** Errors of RFC 6749 section 5.2 at a token endpoint. */
export const oauthError: Rule = ({ kind, text }, scenario) => {
  if (kind !== 'token') return null;
  if (/client_id|invalid_client|client authentication/i.test(text)) {
    return /secret|client authentication|unauthori/i.test(text)
      ? inTokens(
          'the token endpoint wants the client to authenticate',
          'add its id and secret, which comes from the environment',
          sourceLine(scenario, "clientId: NAME, clientSecret: '{env.CLIENT_SECRET}'"),
        )
      : inTokens(
          'the token endpoint does not know the client',
          "correct the client's id",
          sourceLine(scenario, 'clientId: NAME'),
        );
  }
  if (/unsupported_grant_type|unauthorized_client/i.test(text)) {
    return {
      cause: 'the token endpoint does not allow this grant for the client',
      fix: "allow the grant in the identity provider's settings of the client (Keycloak: Direct access grants)",
      yaml: null,
    };
  }
  if (/invalid_grant/i.test(text) && logsIn(scenario.tokens)) {
    return {
      cause: `the token endpoint refuses the user's name or password`,
      fix: 'correct the rows of users, and their columns username and password',
      yaml: null,
    };
  }
  if (/invalid_grant/i.test(text)) {
    return {
      cause:
        'the token endpoint refuses the credentials: a wrong password, or a refresh token that was used or revoked',
      fix: 'correct the rows of users, or write rotated tokens back with users.out',
      yaml: 'users:\n  out: users.csv',
    };
  }
  if (/invalid_scope|invalid_target/i.test(text)) {
    return inTokens(
      'the token endpoint refuses scope or audience',
      'correct them',
      sourceLine(scenario, 'scope: NAME'),
    );
  }
  return null;
};

/** Answers that hold no token where it is looked for. */
export const tokenElsewhere: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'token') return null;
  const has = /it has ([\w., -]+)/.exec(text)?.[1];
  if (has !== undefined) {
    const access = has.split(', ').find((name) => /access|token|jwt/i.test(name)) ?? 'NAME';
    return inTokens(
      `the token endpoint's answer has no access token where it is looked for; its fields are ${has}`,
      'say where it stands',
      `source: { endpoint: { refresh: { answer: { access: ${access} } } } }`,
    );
  }
  if (what === 'HTTP 404' && /realm does not exist/i.test(text)) {
    return inTokens('Keycloak has no realm of this name', 'correct it', sourceLine(scenario, 'realm: NAME'));
  }
  if (what === 'HTTP 404' || what === 'HTTP 405') {
    return inTokens(
      `the token endpoint does not exist at this path (${what})`,
      'correct its URL',
      sourceLine(scenario, 'url: …'),
    );
  }
  if (what === 'HTTP 415' || (what === 'HTTP 400' && /json|content-type/i.test(text))) {
    return inTokens(
      'the token endpoint wants another body',
      'send JSON instead of a form, or the other way round',
      'source: { endpoint: { refresh: { json: { refreshToken: "{refresh}" } } } }',
    );
  }
  if (what === 'HTTP 429') {
    return inTokens('the token endpoint limits the rate of logins', 'log in more slowly', 'login: { rate: 5/s }');
  }
  return null;
};
