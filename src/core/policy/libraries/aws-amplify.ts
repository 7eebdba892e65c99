import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @aws-amplify/api-graphql 4.10.1, which is the `events` of aws-amplify: src/utils/ReconnectionMonitor.ts; `_establishConnection`
 * and `_initiateHandshake` in src/Providers/AWSWebSocketProvider/index.ts; `jitteredBackoff` of @aws-amplify/core 6.19.2.
 *
 * 5000 after a loss, and each 60000 after that until it is subscribed again, it makes up to six attempts: after the k-th failure it waits
 * 100 * 2^k + U[0, 100), and gives up where that is more than 5000, so after the sixth. Resets when the server confirms the
 * subscription. Every close code is retried. A connection_error with BadRequestException, UnauthorizedException, or code 400, 401
 * or 403 ends the subscription, and with it the reconnects. Not here: a first connection that fails is tried in one round only,
 * which begins at once, and an attempt whose subscription fails is followed by the next round. Its
 * application is asked for a token once a round.
 */
export const awsAmplify: Library = {
  source: '@aws-amplify/api-graphql 4.10.1',
  protocol: 'appsync-events',
  token: 'series',
  connectTimeoutMs: 15_000,
  policy: {
    ...PLAIN,
    rounds: { size: 6, afterMs: 5000, everyMs: 60_000 },
    growth: { kind: 'exponential', baseMs: 200, factor: 2 },
    jitter: { kind: 'additive', minMs: 0, maxMs: 100 },
    rules: [{ from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop', unlessAdvised: true }],
  },
};
