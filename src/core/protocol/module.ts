import { oneOf } from '../codec/choice.ts';
import type { Codec, ValueOf } from '../codec/codec.ts';
import { object, table } from '../codec/object.ts';
import { boolean, number, text } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { MAX_PATH_CHARS } from '../limits.ts';
import { USUAL_ENDS } from './server-ends.ts';
import { NO_KEEP_ALIVE, type ProtocolShape } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';

const MAX_OPTION_CHARS = 1000;
const MAX_NUMBER = 1e12;

/** A file with a protocol of the user's own, as a path that ends in .mjs or .js. */
export const moduleFile: Codec<string> = text({
  maxChars: MAX_PATH_CHARS,
  pattern: /^\P{Cc}+\.m?js$/u,
  right: 'write the path of a JavaScript module, such as ./ours.mjs',
});

const option: Codec<string | number | boolean> = oneOf(
  text({ maxChars: MAX_OPTION_CHARS, right: 'write text, a number or a boolean' }).printsWhen(
    (value) => typeof value === 'string',
  ),
  number(-MAX_NUMBER, MAX_NUMBER).printsWhen((value) => typeof value === 'number'),
  boolean(),
);

const fields = object({
  file: moduleFile.describe('JavaScript module with the protocol; squall runs its code with --allow-exec only'),
  options: table(text({ maxChars: 200, right: 'write a name' }), option, '{ room: news }')
    .default({})
    .describe('values that the module gets with each connection'),
});

/** What the module says of its protocol, as plain data. */
export type ModuleShape = Pick<ProtocolShape, 'handshake' | 'joins' | 'keepAlive' | 'acknowledges' | 'renewsInBand'>;

/** A protocol of the user's own, in a file. */
export interface ModuleProtocol extends ValueOf<typeof fields> {
  readonly kind: 'module';
  /** what its module says; absent: it has not been loaded, since nobody has allowed it yet */
  readonly shape?: ModuleShape;
}

/** The shape of a module that has not been loaded: it contradicts nothing. */
const UNKNOWN: ModuleShape = {
  handshake: 'client-first',
  joins: 0,
  keepAlive: NO_KEEP_ALIVE,
  acknowledges: true,
  renewsInBand: true,
};

export const module = {
  summary: 'a protocol of your own, in a JavaScript module',
  fields,
  shape: ({ shape = UNKNOWN }: ModuleProtocol) => ({
    name: 'module',
    ...shape,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: USUAL_ENDS,
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<ModuleProtocol>;

function checks(
  { shape = UNKNOWN }: ModuleProtocol,
  { carrier, renewal }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  return [
    {
      holds: carrier === 'message' && shape.handshake === 'none',
      at,
      against: 'tokens.carrier',
      what: 'the module says that no message authenticates (handshake: none)',
      fix: 'choose another carrier, or let the module authenticate',
    },
    {
      holds: renewal === 'in-band' && !shape.renewsInBand,
      at,
      against: 'tokens.renewal',
      what: 'the module has no renewal on an open connection (renewsInBand)',
      fix: 'set tokens.renewal to reconnect, or let the module renew',
    },
  ];
}
