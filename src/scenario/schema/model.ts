import { oneOf, shorthand } from '../../core/codec/choice.ts';
import { type Codec, scalar, type ValueOf } from '../../core/codec/codec.ts';
import { object } from '../../core/codec/object.ts';
import { reject } from '../../core/codec/reject.ts';
import { count, rateOrNone, share, unlimitedOr, word } from '../../core/codec/scalars.ts';
import { MAX_PATH_CHARS, MIN_RATE_PER_SECOND } from '../../core/limits.ts';
import { MAX_CLIENTS, MAX_GATEWAYS } from '../limits.ts';
import { isFileName } from '../named-files.ts';
import { type Capacity, type EmbeddedTarget, type UrlTarget, waiting } from './target.ts';
import { time } from '../../core/codec/time.ts';

/** Refuses every file name: `includeModel` replaces names by the content wherever files may be read. */
const fileName = (others: string): Codec<string> =>
  scalar<string>(
    (input) =>
      isFileName(input)
        ? reject('a file, and none is read here', input, "write the model's keys out")
        : reject('not a file name', input, `write the path of a file that holds a model${others}`),
    String,
    { type: 'string', minLength: 1, maxLength: MAX_PATH_CHARS, examples: ['calibrated.yaml'] },
  );

const keys = object({
  file: fileName('')
    .optional()
    .describe('a file with a model of its own, as `squall calibrate` writes it; the other keys here go before its'),
  gateways: count({ min: 1, max: MAX_GATEWAYS })
    .optional()
    .describe('how many; connections go to them in turn; default: target.embedded.gateways'),
  handshakes: unlimitedOr(rateOrNone())
    .as('handshakesPerSecond')
    .optional()
    .describe('handshakes that each gateway can do; default: target.embedded.capacity.handshakes divided among them'),
  queue: waiting()
    .optional()
    .describe(
      'handshakes that may wait at each gateway; one more is refused with HTTP 503; default: target.embedded.capacity.queue',
    ),
  connections: unlimitedOr(count({ min: 1, max: MAX_CLIENTS }))
    .as('connectionsPerGateway')
    .default('unlimited')
    .describe('open connections that each gateway holds; one more is refused with HTTP 503'),
  refreshes: unlimitedOr(rateOrNone())
    .as('refreshesPerSecond')
    .optional()
    .describe('tokens that the token service can issue; default: target.embedded.capacity.refreshes'),
  refreshQueue: waiting()
    .optional()
    .describe(
      'refreshes that may wait; one more is refused with HTTP 503; default: target.embedded.capacity.refreshQueue',
    ),
  dialRequests: unlimitedOr(rateOrNone())
    .as('dialRequestsPerSecond')
    .default('unlimited')
    .describe(
      'requests before dials, and before joins, that their services can answer: tickets, negotiations, polling handshakes, authorisations of channels',
    ),
  dialQueue: waiting()
    .default('unlimited')
    .describe('requests before dials, and before joins, that may wait; one more is refused with HTTP 503'),
  joins: unlimitedOr(rateOrNone())
    .as('joinsPerSecond')
    .default('unlimited')
    .describe('joins of channels that each gateway can do'),
  joinQueue: waiting()
    .default('unlimited')
    .describe('joins that may wait at each gateway; one more is refused, and its client joins again later'),
  service: word(['fixed', 'exponential'])
    .default('fixed')
    .describe('how the time that one handshake or refresh takes is distributed about its mean'),
  latency: time
    .default('1ms')
    .describe('of a message, one way: a duration, or how it is distributed; drawn once for an attempt or request'),
  loss: share({ zero: true }).default('0%').describe('share of attempts that the network loses'),
});

/** The model in a scenario file: its keys, or the name of a file with them. */
export const model = oneOf(shorthand('file', fileName(', or its keys, such as { latency: 5ms }'), keys), keys);

type ModelKeys = ValueOf<typeof keys>;

/** The model of target, network and machine that `squall simulate` uses. */
export type ModelPlan = Required<Omit<ModelKeys, 'file'>>;

/** Defaults for a target without measurements. */
const UNLIMITED: Capacity = {
  handshakesPerSecond: Infinity,
  queue: Infinity,
  refreshesPerSecond: Infinity,
  refreshQueue: Infinity,
};

/** The model in full: capacities that the file does not give are those of the target. */
export function modelPlan(own: ModelKeys, target: EmbeddedTarget | UrlTarget): ModelPlan {
  const { file: _, ...written } = own;
  const capacity = target.kind === 'embedded' ? target.capacity : UNLIMITED;
  const gateways = written.gateways ?? (target.kind === 'embedded' ? target.gateways : 1);
  const handshakesPerSecond = sharedRate(capacity.handshakesPerSecond, gateways);
  return { ...capacity, gateways, handshakesPerSecond, ...written };
}

/** Raises a gateway's share to the lowest rate that a file can state. */
function sharedRate(perSecond: number, gateways: number): number {
  return perSecond === 0 ? 0 : Math.max(MIN_RATE_PER_SECOND, perSecond / gateways);
}
