import * as oauth from 'oauth4webapi';
import { CLIENT_ID, passwordOf } from './identity-names.ts';

/** Test servers speak plain HTTP. */
const INSECURE = { [oauth.allowInsecureRequests]: true } as const;
const CLIENT: oauth.Client = { client_id: CLIENT_ID };

/** A provider seen by a client library of OAuth's own. */
export interface OAuthClient {
  readonly server: oauth.AuthorizationServer;
  readonly login: (user: string, password?: string) => Promise<oauth.TokenEndpointResponse>;
  readonly refresh: (token: string | undefined) => Promise<oauth.TokenEndpointResponse>;
  readonly ownToken: (scope: string) => Promise<oauth.TokenEndpointResponse>;
}

/** Discovers a provider, and makes a client that authenticates itself in one way. */
export async function oauthClient(issuerUrl: string, auth: oauth.ClientAuth): Promise<OAuthClient> {
  const issuer = new URL(issuerUrl);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  return {
    server,
    login: async (username, password = passwordOf(username)) => {
      const body = { username, password };
      const answer = await oauth.genericTokenEndpointRequest(server, CLIENT, auth, 'password', body, INSECURE);
      return oauth.processGenericTokenEndpointResponse(server, CLIENT, answer);
    },
    refresh: async (token = '') => {
      const answer = await oauth.refreshTokenGrantRequest(server, CLIENT, auth, token, INSECURE);
      return oauth.processRefreshTokenResponse(server, CLIENT, answer);
    },
    ownToken: async (scope) => {
      const answer = await oauth.clientCredentialsGrantRequest(server, CLIENT, auth, { scope }, INSECURE);
      return oauth.processClientCredentialsResponse(server, CLIENT, answer);
    },
  };
}
