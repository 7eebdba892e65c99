import type { ToxiproxyFault } from '../../../core/fault/toxiproxy.ts';
import { DEFAULTS } from '../../defaults.ts';
import { number, share, text, word, zodOf } from '../../scalar.ts';
import { MAX_NAME_CHARS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { object, table } from '../../object.ts';
import { printShare } from '../../../core/units/share.ts';
import { url } from '../url.ts';
import { faultSection, lasts, planOf, printPlan } from './plan-keys.ts';

const D = DEFAULTS.toxic;

/** The toxics of Toxiproxy 2, and `down`, which disables the proxy. */
const TYPES = ['down', 'latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer', 'limit_data'] as const;

const name = text({ maxChars: MAX_NAME_CHARS, pattern: /^[\w.-]+$/, right: "write the proxy's name in Toxiproxy" });

const toxic = object({
  type: word(TYPES).describe('the toxic; down: the proxy is disabled'),
  stream: word(['upstream', 'downstream']).prefault(D.stream).describe('which direction'),
  toxicity: share({ zero: true }).prefault(D.toxicity).describe('share of connections'),
  attributes: table(text({ maxChars: MAX_NAME_CHARS, right: 'write its name' }), number(0, 1e9), '{ latency: 1000 }')
    .prefault(D.attributes)
    .describe('as Toxiproxy documents them'),
});

const keys = object({
  url: zodOf(url(['http', 'https'], 'http://127.0.0.1:8474')).describe('of its HTTP API'),
  proxy: name.describe('which proxy'),
  toxic: toxic.describe('what is added to it'),
});

export const toxiproxy = faultSection(lasts, {
  toxiproxy: keys.describe('a toxic on a proxy of your own Toxiproxy'),
}).transform((written): ToxiproxyFault => ({ kind: 'toxiproxy', ...planOf(written), ...written.toxiproxy }));

export function printToxiproxy(fault: ToxiproxyFault): Printed {
  const { url: api, proxy, toxic: added } = fault;
  const { toxicity, ...rest } = added;
  return {
    ...printPlan(fault, lasts),
    toxiproxy: { url: api, proxy, toxic: { ...rest, toxicity: printShare(toxicity) } },
  };
}
