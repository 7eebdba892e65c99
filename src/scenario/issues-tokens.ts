/** Whether an endpoint issues tokens, and not tickets alone; null: there is none. */
export function issuesTokens(
  endpoint: { readonly login: object | null; readonly refresh: object | null } | null,
): boolean {
  return endpoint !== null && (endpoint.login !== null || endpoint.refresh !== null);
}
