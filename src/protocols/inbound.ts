import { NETWORK } from '../core/signal.ts';
import { INBOUND, type Inbound } from './codec.ts';

export function newInbound(): Inbound {
  return {
    kind: INBOUND.other,
    seq: 0,
    advice: null,
    signal: NETWORK.other,
    reply: null,
    silenceMs: 0,
    pingEveryMs: 0,
    pingTimeoutMs: 0,
    remark: null,
  };
}

/** Clears a message, so that the codec sets only the fields that it uses. */
export function resetInbound(into: Inbound): void {
  into.kind = INBOUND.other;
  into.seq = 0;
  into.advice = null;
  into.signal = NETWORK.other;
  into.reply = null;
  into.silenceMs = 0;
  into.pingEveryMs = 0;
  into.pingTimeoutMs = 0;
  into.remark = null;
}
