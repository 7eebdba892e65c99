import type { Template } from '../../../core/template/template.ts';
import { object } from '../../../core/codec/object.ts';
import { word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { clientKeys, given, plainText, preset, userKeys } from './preset.ts';

/** Keys that OAuth 2.0 and the presets made of it share. */
export const oauthKeys = {
  ...clientKeys,
  clientId: clientKeys.clientId.orNull(),
  clientAuth: word(['post', 'basic'])
    .orNull()
    .describe(
      'how clientSecret is sent: in the body, or in HTTP Basic; default: as the issuer takes it, otherwise post',
    ),
  ...userKeys('{user.username}'),
  scope: plainText().orNull().describe('scope of a login'),
  audience: plainText().orNull().describe('audience of a login'),
};

/** Values of the keys that a preset of OAuth 2.0 has. */
export interface OauthValues {
  readonly clientId: Template | null;
  readonly clientSecret: Template | null;
  readonly clientAuth: 'post' | 'basic' | null;
  readonly username: Template;
  readonly password: Template;
  readonly scope: string | null;
  readonly audience: string | null;
}

export type OauthLogin = 'password' | 'client-credentials' | 'none';

/**
 * The requests of RFC 6749: sections 4.3 (password), 4.4 (client credentials, whose renewal is the same request) and 6
 * (refresh).
 *
 * @param url token endpoint; null: discovery names it
 */
export function oauthRequests(tokenUrl: string | null, login: OauthLogin, values: OauthValues): object {
  const { clientId, clientSecret, clientAuth, username, password, scope, audience } = values;
  const place = given({ url: tokenUrl });
  const asks = given({ scope, audience });
  const byPassword = { grant_type: 'password', username: username.text, password: password.text, ...asks };
  const logins = {
    password: { ...place, form: byPassword },
    'client-credentials': { ...place, form: { grant_type: 'client_credentials', ...asks } },
    none: null,
  };
  const refresh = { ...place, form: { grant_type: 'refresh_token', refresh_token: '{refresh}' } };
  const application =
    clientId === null ? null : given({ id: clientId.text, auth: clientAuth, secret: clientSecret?.text ?? null });
  return given({
    client: application,
    login: logins[login],
    refresh: login === 'client-credentials' ? null : refresh,
  });
}

/** Any service that follows RFC 6749, by the URL of its token endpoint or by its issuer. */
export const oauth2 = preset(
  object({
    url: url(['http', 'https'], 'https://auth.example.com/oauth/token').orNull().describe('token endpoint'),
    issuer: url(['http', 'https'], 'https://auth.example.com')
      .orNull()
      .describe('issuer whose discovery document names the token endpoint, in place of url'),
    login: word(['none', 'password', 'client-credentials'])
      .default('none')
      .describe('how the first tokens are got; none: they are minted, or come from columns of users'),
    ...oauthKeys,
  }).refine(({ url: tokenUrl, issuer, clientId, clientSecret, login }, refuse) => {
    if ((tokenUrl === null) === (issuer === null)) refuse('write one of url and issuer');
    if (clientId === null && (clientSecret !== null || login === 'client-credentials'))
      refuse('missing — a client that is authenticated has one', ['clientId']);
  }),
  ({ url: tokenUrl, issuer, login, ...values }) => ({
    ...given({ oidc: issuer }),
    ...oauthRequests(tokenUrl, login, values),
  }),
);
