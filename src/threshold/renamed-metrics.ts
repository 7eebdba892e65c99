/** Metrics that thresholds had under another name in squall 0.1.0. */
export const RENAMED_METRICS: Readonly<Record<string, string>> = {
  'most(login)': 'most(logged-out)',
};
