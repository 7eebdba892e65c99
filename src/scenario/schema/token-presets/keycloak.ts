import { object } from '../../../core/codec/object.ts';
import { text, word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { oauthKeys, oauthRequests } from './oauth2.ts';
import { base, clientKeys, preset } from './preset.ts';

/**
 * Keycloak's token endpoint (Server Administration Guide, "OIDC endpoints"): the form of RFC 6749 at a path of the realm.
 * A public client must send its client_id.
 */
export const keycloak = preset(
  object({
    url: url(['http', 'https'], 'https://keycloak.example.com').describe(
      'where Keycloak is, without the path of a realm',
    ),
    realm: text({ maxChars: 200, pattern: /^[\w.~-]+$/, right: 'write the name of the realm' }).describe(
      'name of the realm',
    ),
    login: word(['password', 'client-credentials', 'none'])
      .default('password')
      .describe('how the first tokens are got; password: Direct Access Grants of the client must be on'),
    ...oauthKeys,
    clientId: clientKeys.clientId,
  }),
  ({ url: server, realm, login, ...values }) =>
    oauthRequests(`${base(server)}/realms/${realm}/protocol/openid-connect/token`, login, values),
);
