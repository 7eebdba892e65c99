/**
 * Makes a body that is no token response, as a broken proxy or token service sends it with status 200.
 *
 * @param response the correct answer
 * @param u uniform draw in [0, 1) that chooses the flaw
 */
export function malformed(response: Readonly<Record<string, unknown>>, u: number): string {
  const { access_token: _, ...rest } = response;
  const whole = JSON.stringify(response);
  const ways = [NO_JSON, JSON.stringify(rest), whole.slice(0, whole.length >> 1)];
  return ways[Math.floor(u * ways.length)]!;
}

const NO_JSON = '<!doctype html><title>Welcome</title>';
