/** The client that oidc-provider knows. */
export const CLIENT_ID = 'squall-client';

/** The password of a user. */
export function passwordOf(user: string): string {
  return `password of ${user}`;
}
