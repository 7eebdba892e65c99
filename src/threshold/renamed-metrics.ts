/** Names of metrics in squall 0.1.0 that have changed since. */
export const RENAMED_METRICS: Readonly<Record<string, string>> = {
  'most(login)': 'most(logged-out)',
};
