import { object } from '../../../core/codec/object.ts';
import { word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { environmentText } from '../token-endpoint.ts';
import { base, given, preset, userKeys } from './preset.ts';

/**
 * Supabase Auth (GoTrue): `POST /auth/v1/token` with the grant in the query, the API key in a header and JSON in the body
 * (supabase/auth, openapi.yaml, "/token"). A refresh token used again after the reuse interval ends the whole session.
 */
export const supabase = preset(
  object({
    url: url(['http', 'https'], 'https://project.supabase.co').describe('the project'),
    apiKey: environmentText.describe('anon or publishable key of the project'),
    login: word(['password', 'none']).default('password').describe('how the first tokens are got'),
    ...userKeys('{user.email}'),
  }),
  ({ url: project, apiKey, login, username, password }) => {
    const answer = {
      expiresAt: 'expires_at',
      errorAt: 'error_code',
      descriptionAt: 'msg',
      ends: [
        'refresh_token_not_found',
        'refresh_token_already_used',
        'session_not_found',
        'session_expired',
        'user_banned',
      ],
    };
    const request = (grant: string, json: object): object => ({
      url: `${base(project)}/auth/v1/token?grant_type=${grant}`,
      headers: { apikey: apiKey.text },
      json,
      answer,
    });
    return given({
      login: login === 'none' ? null : request('password', { email: username.text, password: password.text }),
      refresh: request('refresh_token', { refresh_token: '{refresh}' }),
    });
  },
);
