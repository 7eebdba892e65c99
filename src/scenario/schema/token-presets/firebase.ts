import { object } from '../../../core/codec/object.ts';
import { word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { base, given, preset, userKeys, userText } from './preset.ts';

/**
 * The REST API of Firebase Authentication: sign-in answers in camel case, the exchange of a refresh token in snake case,
 * both with the lifetime as a string (Firebase Auth REST API, "Sign in with email / password" and "Exchange a refresh
 * token for an ID token"). The emulator has both hosts as paths (Firebase CLI, auth emulator).
 */
export const firebase = preset(
  object({
    apiKey: userText('{env.FIREBASE_API_KEY}').describe('Web API key of the project'),
    emulator: url(['http', 'https'], 'http://127.0.0.1:9099')
      .orNull()
      .describe('the auth emulator, in place of Google'),
    login: word(['password', 'none']).default('password').describe('how the first tokens are got'),
    ...userKeys('{user.email}'),
  }),
  ({ apiKey, emulator, login, username, password }) => {
    const at = (host: string): string => (emulator === null ? `https://${host}` : `${base(emulator)}/${host}`);
    const failure = {
      errorAt: 'error.message',
      descriptionAt: 'error.status',
      ends: ['TOKEN_EXPIRED', 'USER_DISABLED', 'USER_NOT_FOUND', 'INVALID_REFRESH_TOKEN'],
    };
    return given({
      login:
        login === 'none'
          ? null
          : {
              url: `${at('identitytoolkit.googleapis.com')}/v1/accounts:signInWithPassword?key=${apiKey.text}`,
              json: { email: username.text, password: password.text, returnSecureToken: true },
              answer: { access: 'idToken', refresh: 'refreshToken', expiresIn: 'expiresIn', ...failure },
            },
      refresh: {
        url: `${at('securetoken.googleapis.com')}/v1/token?key=${apiKey.text}`,
        form: { grant_type: 'refresh_token', refresh_token: '{refresh}' },
        answer: { access: 'id_token', ...failure },
      },
    });
  },
);
