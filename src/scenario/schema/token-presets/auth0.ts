import { object } from '../../../core/codec/object.ts';
import { word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { base, clientKeys, given, plainText, preset, userKeys } from './preset.ts';

/**
 * Auth0's Authentication API, "Get Token": JSON to `/oauth/token`; a password login in a database connection has a grant
 * type of its own. Refresh tokens need the scope `offline_access`.
 */
export const auth0 = preset(
  object({
    domain: url(['http', 'https'], 'https://tenant.eu.auth0.com').describe('the tenant'),
    login: word(['password', 'client-credentials', 'none'])
      .default('password')
      .describe('how the first tokens are got'),
    ...clientKeys,
    ...userKeys('{user.email}'),
    realm: plainText().orNull().describe('database connection of the users, such as Username-Password-Authentication'),
    audience: plainText().orNull().describe('identifier of the API that the gateway belongs to'),
    scope: plainText().default('openid offline_access').describe('scope of a login'),
  }),
  ({ domain, login, clientId, clientSecret, username, password, realm, audience, scope }) => {
    const place = { url: `${base(domain)}/oauth/token` };
    const grant = realm === null ? 'password' : 'http://auth0.com/oauth/grant-type/password-realm';
    const logins = {
      password: {
        ...place,
        json: given({ grant_type: grant, username: username.text, password: password.text, realm, audience, scope }),
      },
      'client-credentials': { ...place, json: given({ grant_type: 'client_credentials', audience }) },
      none: null,
    };
    return given({
      client: given({ id: clientId.text, secret: clientSecret?.text ?? null }),
      login: logins[login],
      refresh:
        login === 'client-credentials'
          ? null
          : { ...place, json: { grant_type: 'refresh_token', refresh_token: '{refresh}' } },
    });
  },
);
