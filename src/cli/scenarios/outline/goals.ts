/** What a scenario is to find out: its faults, its tokens, and the limits that answer the question. */
export interface GoalOutline {
  /** what the question shows */
  readonly label: string;
  readonly description: string;
  readonly duration: string;
  /** lines below `tokens:` */
  readonly tokens: readonly string[];
  /** lines below `faults:` */
  readonly faults: readonly string[];
  readonly thresholds: readonly string[];
  /** what the identity must give for it; null: nothing */
  readonly needs: 'renewal' | 'login' | null;
}

const RECOVERS = ['t95(recovery) < 15s', 'p99(handshake) < 5s'] as const;

/** Goals that `squall init` can outline, by the word for `--goal`. */
export const GOALS = {
  deploy: {
    label: 'a deploy closes every connection at once',
    description: 'A deploy closes every connection; all clients come back.',
    duration: '60s',
    tokens: [],
    faults: ['- { at: 20s, share: 100%, drop: { code: 1012, reason: deploy } }'],
    thresholds: RECOVERS,
    needs: null,
  },
  expiry: {
    label: 'tokens issued together expire together',
    description: 'The tokens of one login peak expire together; refreshes and reconnects fall into one moment.',
    duration: '90s',
    tokens: ['issued: together # the first tokens share one expiry'],
    faults: [],
    thresholds: ['p99(refresh) < 5s', ...RECOVERS],
    needs: 'renewal',
  },
  outage: {
    label: 'the token endpoint is down for a while',
    description: 'The token endpoint answers 503 for 20 s, while tokens come due.',
    duration: '90s',
    tokens: ['issued: together # the first tokens share one expiry'],
    faults: ['- { at: 20s, for: 20s, refresh: { status: 503 } }'],
    thresholds: ['loops(refresh) == 0', ...RECOVERS],
    needs: 'renewal',
  },
  login: {
    label: 'everybody logs in at the same time',
    description: "In a morning's login peak every client logs in and connects within a few seconds.",
    duration: '60s',
    tokens: ['login: { during: run } # logins are part of what is measured'],
    faults: [],
    thresholds: ['p99(login) < 10s', 'p99(handshake) < 5s'],
    needs: 'login',
  },
} as const satisfies Readonly<Record<string, GoalOutline>>;

export type GoalWord = keyof typeof GOALS;
