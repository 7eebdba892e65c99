import { object } from '../../../core/codec/object.ts';
import { duration, text, word } from '../../../core/codec/scalars.ts';
import { url } from '../../../core/codec/url.ts';
import { given, plainText, preset, userKeys } from './preset.ts';

const cookieName = (name: string) =>
  text({ maxChars: 200, pattern: /^[\w!#$%&'*+.^`|~-]+$/, right: 'write the name of a cookie' }).default(name);

/**
 * A session in cookies, as web frameworks have it: a login sets the session's cookie, a refresh renews it, and a cookie
 * against cross-site request forgery is repeated in a header (Laravel Sanctum, "SPA Authentication"; Django, "CSRF").
 * The session's cookie is what clients present to the gateway: set `tokens.carrier: { cookie: NAME }` to the same name.
 */
export const cookieSession = preset(
  object({
    login: url(['http', 'https'], 'https://app.example.com/login').describe('where clients log in'),
    refresh: url(['http', 'https'], 'https://app.example.com/refresh')
      .orNull()
      .describe('where they renew the session; without it they log in again'),
    csrf: url(['http', 'https'], 'https://app.example.com/sanctum/csrf-cookie')
      .orNull()
      .describe('where a GET sets the cookie against forgery'),
    cookie: cookieName('session').describe("name of the session's cookie"),
    csrfCookie: cookieName('XSRF-TOKEN').describe('name of the cookie against forgery'),
    csrfHeader: cookieName('X-XSRF-TOKEN').describe('header that repeats it'),
    origin: plainText().orNull().describe('Origin of the requests'),
    body: word(['json', 'form']).default('json').describe('how name and password are sent'),
    userField: plainText().default('email').describe('field of the name in a login'),
    passwordField: plainText().default('password').describe('field of the password in a login'),
    ...userKeys('{user.email}'),
    lifetime: duration({ zero: false })
      .as('lifetimeMs')
      .orNull()
      .describe('lifetime of the session, where its cookie has neither Max-Age nor Expires'),
  }),
  (keys) => {
    const headers = given({
      Origin: keys.origin,
      [keys.csrfHeader]: keys.csrf === null ? null : `{cookie.${keys.csrfCookie}}`,
    });
    const answer = {
      access: { cookie: keys.cookie },
      ends: [401],
      ...(keys.lifetimeMs === null ? {} : { lifetime: `${keys.lifetimeMs}ms` }),
    };
    const credentials = { [keys.userField]: keys.username.text, [keys.passwordField]: keys.password.text };
    return given({
      cookies: true,
      csrf: keys.csrf === null ? null : given({ url: keys.csrf, headers: given({ Origin: keys.origin }) }),
      login: { url: keys.login, headers, [keys.body]: credentials, answer },
      refresh: keys.refresh === null ? null : { url: keys.refresh, headers, answer },
    });
  },
);
