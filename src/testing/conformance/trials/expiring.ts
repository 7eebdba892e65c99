/** Commands that are sent often, with time for their answers. */
export const COMMANDS = { rate: '5/s', ackTimeout: '3s' };

/** Clients with slow clocks, whose tokens expire 2 s into the run; nobody refreshes before. */
export const EXPIRING = { tokens: { lifetime: '2s', carrier: 'message' }, clients: { clockSkew: '-60s' } };

/** A loss before the tokens expire, after which clients present them when they have expired. */
export const LATE = {
  tokens: EXPIRING.tokens,
  clients: {
    ...EXPIRING.clients,
    backoff: { growth: 'table', delays: ['2s', '60s'], jitter: 'none' },
  },
  faults: [{ at: '1s', drop: 'reset' }],
};
