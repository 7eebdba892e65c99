import { auth0 } from './auth0.ts';
import { cognito } from './cognito.ts';
import { cookieSession } from './cookie-session.ts';
import { firebase } from './firebase.ts';
import { keycloak } from './keycloak.ts';
import { oauth2 } from './oauth2.ts';
import { supabase } from './supabase.ts';

/** Short forms of token endpoints, by their key in `tokens.source`. Each reads into the endpoint that it stands for. */
export const TOKEN_PRESETS = {
  oauth2: oauth2.describe('any service that follows RFC 6749'),
  keycloak: keycloak.describe('a realm of Keycloak'),
  auth0: auth0.describe('a tenant of Auth0'),
  cognito: cognito.describe('a user pool of Amazon Cognito'),
  firebase: firebase.describe('a project of Firebase Authentication'),
  supabase: supabase.describe('a project of Supabase'),
  'cookie-session': cookieSession.describe('a session in cookies, as web frameworks have it'),
};
