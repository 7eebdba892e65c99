import { inTokens, type Rule } from './cause.ts';

/** Errors of RFC 6749 section 5.2 at a token endpoint. */
export const oauthError: Rule = ({ kind, text }) => {
  if (kind !== 'token') return null;
  if (/client_id|invalid_client|client authentication/i.test(text)) {
    return /secret|client authentication|unauthori/i.test(text)
      ? inTokens(
          'the token endpoint wants the client to authenticate',
          'add its id and secret, which comes from the environment',
          "source: { oauth2: { clientId: NAME, clientSecret: '{env.CLIENT_SECRET}' } }",
        )
      : inTokens(
          'the token endpoint does not know the client',
          "add the client's id",
          'source: { oauth2: { clientId: NAME } }',
        );
  }
  if (/unsupported_grant_type|unauthorized_client/i.test(text)) {
    return {
      cause: 'the token endpoint does not allow this grant for the client',
      fix: "allow the grant in the identity provider's settings of the client (Keycloak: Direct access grants)",
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
      'source: { oauth2: { scope: NAME } }',
    );
  }
  return null;
};

/** Answers that hold no token where it is looked for. */
export const tokenElsewhere: Rule = ({ kind, what, text }) => {
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
  if (what === 'HTTP 404' || what === 'HTTP 405') {
    return inTokens(
      `the token endpoint does not exist at this path (${what})`,
      'correct its URL',
      'source: { oauth2: { url: … } }',
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
