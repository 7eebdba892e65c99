/**
 * What comes back with a 200 when something between client and token service, or the service itself, is broken.
 *
 * @param response the answer as it should have been
 * @param u a uniform draw in [0, 1): which of the ways
 * @returns a body that is no token response
 */
export function malformed(response: Readonly<Record<string, unknown>>, u: number): string {
  const { access_token: _, ...rest } = response;
  const whole = JSON.stringify(response);
  const ways = [NO_JSON, JSON.stringify(rest), whole.slice(0, whole.length >> 1)];
  return ways[Math.floor(u * ways.length)]!;
}

const NO_JSON = '<!doctype html><title>Welcome</title>';
