import type { ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { number, share, text, word } from '../codec/scalars.ts';
import { url } from '../codec/url.ts';
import { MAX_NAME_CHARS } from '../limits.ts';
import type { Plan } from './plan.ts';
import type { FaultSpec } from './spec.ts';

/** The toxics of Toxiproxy 2, and `down`, which disables the proxy. */
const TYPES = ['down', 'latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer', 'limit_data'] as const;

const toxics = object({
  type: word(TYPES).describe('the toxic; down: the proxy is disabled'),
  stream: word(['upstream', 'downstream']).default('downstream').describe('which direction'),
  attributes: table(text({ maxChars: MAX_NAME_CHARS, right: 'write its name' }), number(0, 1e9), '{ latency: 1000 }')
    .default({})
    .describe('as Toxiproxy documents them'),
  toxicity: share({ zero: true }).default('100%').describe('share of connections'),
});

const fields = object({
  toxiproxy: object({
    url: url(['http', 'https'], 'http://127.0.0.1:8474').describe('of its HTTP API'),
    proxy: text({
      maxChars: MAX_NAME_CHARS,
      pattern: /^[\w.-]+$/,
      right: "write the proxy's name in Toxiproxy",
    }).describe('which proxy'),
    toxic: toxics.describe('what is added to it'),
  })
    .inline()
    .describe('a toxic on a proxy of your own Toxiproxy'),
});

/** Adds a toxic to a proxy of the user's Toxiproxy, and removes it when the fault ends. */
export interface ToxiproxyFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'toxiproxy';
}

export const toxiproxy = {
  fields,
  lasts: 'required',
  counts: 'draws',
  presets: [],
  label: ({ toxic, proxy }) => `${toxic.type} on ${proxy}`,
  executor: () => ({ embedded: 'coordinator', url: 'coordinator' }),
  among: () => null,
  touches: () => [],
  unsupportedInSimulation: () => 'there are no real connections for a proxy to spoil',
  needsConsent: (fault) => ({ service: 'Toxiproxy', url: fault.url }),
} satisfies FaultSpec<ToxiproxyFault>;
