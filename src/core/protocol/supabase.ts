import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { boolean, word } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import { templateText } from '../template/template-text.ts';
import { channelName, commandPayload, eventName } from './phoenix.ts';
import { phoenixRejoin } from './rejoin.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified } from './usual-checks.ts';

const MAX_KEY_CHARS = 2000;

const fields = object({
  channel: channelName('room:{user.room}')
    .default('room')
    .describe('channel that clients join before they are ready, as in supabase.channel(NAME)'),
  private: boolean().default(false).describe('whether the channel is private'),
  apikey: templateText({ holes: ['user', 'env'], maxChars: MAX_KEY_CHARS, example: '{env.SUPABASE_ANON_KEY}' })
    .default('')
    .describe("the project's key, in the query of the URL; empty: none"),
  event: eventName().default('command').describe('event of the broadcast that is a command'),
  payload: commandPayload().describe('its payload'),
  vsn: word(['2.0.0', '1.0.0']).default('2.0.0').describe('version of the serializer'),
});

/** A scenario's use of Supabase Realtime. */
export interface SupabaseProtocol extends ValueOf<typeof fields> {
  readonly kind: 'supabase';
}

/** Heartbeats of @supabase/realtime-js 2.109.0 (`CONNECTION_TIMEOUTS.HEARTBEAT_INTERVAL`), ms. */
const HEARTBEAT = { everyMs: 25_000, timeoutMs: 25_000, answered: true };

/** Joins with an expired token are refused; a channel whose token has expired, or is replaced by a bad one, is closed. */
const CHANNEL_ENDED = { signal: NETWORK.channelLost, advice: 'refresh' as const, channel: true as const };
const ENDS: ServerEnds = {
  refusal: { signal: NETWORK.joinRefused, advice: 'refresh' },
  renewalRefusal: CHANNEL_ENDED,
  expiry: CHANNEL_ENDED,
};

export const supabase = {
  summary: 'Supabase Realtime, with broadcasts as commands',
  fields,
  shape: ({ kind }: SupabaseProtocol) => ({
    name: kind,
    handshake: 'none' as const,
    joins: 1,
    rejoin: phoenixRejoin(true),
    keepAlive: { client: HEARTBEAT, server: null },
    acknowledges: true,
    renewsInBand: true,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    closeRules: [],
  }),
  checks: ({ payload }: SupabaseProtocol, { carrier, commands }: ProtocolUse, at: string) => [
    {
      holds: carrier !== 'message',
      at,
      against: 'tokens.carrier',
      what: 'Supabase Realtime takes the token in the join of each channel',
      fix: 'set tokens.carrier to message',
    } satisfies ConditionalContradiction,
    unidentified(payload, commands, `${at}.payload`),
  ],
} satisfies ProtocolSpec<SupabaseProtocol>;
