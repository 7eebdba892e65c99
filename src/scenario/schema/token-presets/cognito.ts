import { object } from '../../../core/codec/object.ts';
import { text, word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { base, clientKeys, given, preset, userKeys } from './preset.ts';

const NAME = 'AWSCognitoIdentityProviderService';

/**
 * The API of Amazon Cognito user pools: InitiateAuth with USER_PASSWORD_AUTH, and GetTokensFromRefreshToken, which works
 * with and without rotation of refresh tokens (Amazon Cognito API Reference). An application with a secret would have to
 * sign its logins (SECRET_HASH), which no request template can: such a pool needs `login: none`.
 */
export const cognito = preset(
  object({
    region: text({ maxChars: 40, pattern: /^[a-z0-9-]+$/, right: 'write a region such as eu-central-1' })
      .orNull()
      .describe('region of the user pool'),
    url: url(['http', 'https'], 'http://127.0.0.1:9229').orNull().describe('in place of the endpoint of the region'),
    ...clientKeys,
    login: word(['password', 'none']).default('password').describe('how the first tokens are got'),
    ...userKeys('{user.username}'),
    token: word(['access', 'id']).default('access').describe('which of the two tokens the gateway takes'),
  }).refine(({ region, url: at, login, clientSecret }, refuse) => {
    if ((region === null) === (at === null)) refuse('write one of region and url');
    if (login === 'password' && clientSecret !== null)
      refuse('a login with it needs a signature (SECRET_HASH) — use an application without a secret, or login: none', [
        'clientSecret',
      ]);
  }),
  ({ region, url: at, clientId, clientSecret, login, username, password, token }) => {
    const answer = {
      access: `AuthenticationResult.${token === 'id' ? 'IdToken' : 'AccessToken'}`,
      refresh: 'AuthenticationResult.RefreshToken',
      expiresIn: 'AuthenticationResult.ExpiresIn',
      errorAt: '__type',
      descriptionAt: 'message',
      ends: ['NotAuthorizedException', 'RefreshTokenReuseException', 'UserNotFoundException'],
    };
    const request = (action: string, json: object): object => ({
      url: at === null ? `https://cognito-idp.${region}.amazonaws.com/` : `${base(at)}/`,
      headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `${NAME}.${action}` },
      json,
      answer,
    });
    return given({
      login:
        login === 'none'
          ? null
          : request('InitiateAuth', {
              AuthFlow: 'USER_PASSWORD_AUTH',
              ClientId: clientId.text,
              AuthParameters: { USERNAME: username.text, PASSWORD: password.text },
            }),
      refresh: request(
        'GetTokensFromRefreshToken',
        given({ ClientId: clientId.text, ClientSecret: clientSecret?.text ?? null, RefreshToken: '{refresh}' }),
      ),
    });
  },
);
