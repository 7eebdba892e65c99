import { SignJWT } from 'jose';
import { importSigningKey, shippedTestJwk } from '../../jwt/keys.ts';

export const ISSUER = 'https://issuer.squall.test';
export const AUDIENCE = 'squall';

/** An access token as squall mints it by default, which lasts `lifetimeSeconds` and up to a second more. */
export async function accessToken(user: string, lifetimeSeconds: number): Promise<string> {
  const { signing, kid } = await importSigningKey(await shippedTestJwk('ES256'), 'ES256');
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid })
    .setSubject(user)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime(Math.ceil(Date.now() / 1000) + lifetimeSeconds)
    .sign(signing);
}
