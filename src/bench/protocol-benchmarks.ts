import { type Protocol, protocol } from '../core/protocol/specs.ts';
import type { Codec } from '../protocols/codec.ts';
import { newInbound, resetInbound } from '../protocols/inbound.ts';
import { codecMakers, newView } from '../protocols/registry.ts';
import type { Benchmark } from './benchmark.ts';

/** Commands before ids begin again, so that the answers fit into memory. */
const IDS = 1024;

const MAKERS = await codecMakers();

/** A command and its acknowledgement, written and read by one protocol. */
interface Exchange {
  readonly codec: Codec;
  /** whether answers come in binary frames */
  readonly isBinary: boolean;
  /** frames of the server by which a connection is ready */
  readonly greetings: readonly Buffer[];
  readonly answers: readonly Buffer[];
  /** the server's first message, without which it acknowledges nothing; empty: none */
  readonly opening?: Buffer;
}

/** One command and its acknowledgement in each protocol, compared with the same in JSON as a scenario spells it. */
export function protocolBenchmarks(): readonly Benchmark[] {
  const json = exchange(
    { json: { command: '{"op":"do","id":"{id}"}', ack: { op: 'done' }, ackId: 'id' } },
    (seq) => `{"op":"done","id":"7-${seq}"}`,
  );
  return [
    {
      subject: 'command and acknowledgement, json',
      baseline: 'JSON.stringify, JSON.parse',
      runSubject: (operations) => exchanged(json, operations),
      runBaseline: (operations) => bareExchange(json.answers, operations),
    },
    compared(
      'socket.io',
      exchange('socket.io', (seq) => `43${seq}[{"ok":true}]`),
      json,
    ),
    compared(
      'nats',
      exchange({ nats: { payload: '{"op":"do","id":"{id}"}' } }, (seq) =>
        Buffer.from(`MSG _INBOX.0123456789ab.7.${seq} 1 2\r\nok\r\n`),
      ),
      json,
    ),
    compared(
      'mqtt',
      exchange({ mqtt: { payload: '{"op":"do","id":"{id}"}' } }, (seq) =>
        Buffer.from([0x40, 2, (seq + 1) >> 8, (seq + 1) & 0xff]),
      ),
      json,
    ),
    compared(
      'centrifugo',
      exchange('centrifugo', (seq) => `{"id":${seq + 10},"rpc":{"data":{"ok":true}}}`),
      json,
    ),
    compared(
      'graphql-transport-ws',
      exchange(
        { 'graphql-transport-ws': { query: 'mutation ($id: ID!) { do(id: $id) }' } },
        (seq) => `{"id":"${seq}","type":"next","payload":{"data":{"do":true}}}`,
      ),
      json,
    ),
    compared(
      'stomp',
      exchange('stomp', (seq) => `RECEIPT\nreceipt-id:${seq}\n\n\0`),
      json,
    ),
    compared(
      'signalr',
      {
        ...exchange('signalr', (seq) => `{"type":3,"invocationId":"${seq}","result":{"ok":true}}\x1e`),
        opening: Buffer.from('{}\x1e'),
      },
      json,
    ),
    compared(
      'web-pubsub',
      exchange('web-pubsub', (seq) => `{"type":"ack","ackId":${seq + 10},"success":true}`),
      json,
    ),
    compared(
      'phoenix',
      exchange('phoenix', (seq) => phoenixReply(String(seq), 'room:lobby'), [phoenixReply(JOIN, 'room:lobby')]),
      json,
    ),
    compared(
      'supabase',
      exchange('supabase', (seq) => phoenixReply(String(seq), 'realtime:room'), [phoenixReply(JOIN, 'realtime:room')]),
      json,
    ),
    compared(
      'actioncable',
      exchange(
        { actioncable: { data: '{"action":"do","id":"{id}"}', ack: { type: 'done' } } },
        (seq) => `{"identifier":${CABLE_CHANNEL},"message":{"type":"done","id":"7-${seq}"}}`,
        ['{"type":"welcome"}', `{"identifier":${CABLE_CHANNEL},"type":"confirm_subscription"}`],
      ),
      json,
    ),
    compared(
      'pusher',
      exchange(
        { pusher: { ack: { event: 'client-done' } } },
        (seq) => `{"event":"client-done","channel":"private-room","data":{"id":"7-${seq}"}}`,
        ['{"event":"pusher:connection_established","data":{"socket_id":"1.2"}}'],
      ),
      json,
    ),
    compared(
      'hocuspocus',
      exchange({ hocuspocus: { payload: '{"op":"do","id":"{id}"}' } }, () => SYNC_STATUS),
      json,
    ),
    compared(
      'appsync-events',
      exchange(
        'appsync-events',
        (seq) => `{"id":"${seq}","type":"publish_success","successful":[{"identifier":"i","index":0}],"failed":[]}`,
      ),
      json,
    ),
  ];
}

/** The join_ref of a connection's first join, and a reply of Phoenix to a message of its channel. */
const JOIN = '4000000002';
const phoenixReply = (ref: string, topic: string): string =>
  `["${JOIN}","${ref}","${topic}","phx_reply",{"response":{},"status":"ok"}]`;

const CABLE_CHANNEL = JSON.stringify('{"channel":"ChatChannel"}');

/** An applied update of the document `squall`, as Hocuspocus acknowledges it. */
const SYNC_STATUS = Buffer.from('\u0006squall\u0008\u0001');

function exchange(
  spelled: unknown,
  answer: (seq: number) => string | Buffer,
  greetings: readonly string[] = [],
): Exchange {
  const read: Protocol = protocol.parse(spelled);
  const codec = MAKERS.get(read.kind)!(read, {
    carrier: 'header',
    renewal: 'reconnect',
    commands: true,
    heartbeat: false,
  });
  const answers = Array.from({ length: IDS }, (_, seq) => answer(seq));
  return {
    codec,
    greetings: greetings.map((frame) => Buffer.from(frame)),
    isBinary: typeof answers[0] !== 'string',
    answers: answers.map((each) => (typeof each === 'string' ? Buffer.from(each) : each)),
  };
}

function compared(name: string, subject: Exchange, baseline: Exchange): Benchmark {
  return {
    subject: `command and acknowledgement, ${name}`,
    baseline: 'the same in json',
    runSubject: (operations) => exchanged(subject, operations),
    runBaseline: (operations) => exchanged(baseline, operations),
  };
}

/** The same exchange without a codec: what parsing and writing JSON cost by themselves. */
function bareExchange(answers: readonly Buffer[], operations: number): number {
  let sum = 0;
  for (let n = 0; n < operations; n++) {
    const seq = n % IDS;
    const answer: unknown = JSON.parse(answers[seq]!.toString());
    const isAck = typeof answer === 'object' && answer !== null && 'op' in answer && answer.op === 'done';
    sum += JSON.stringify({ op: 'do', id: `7-${seq}` }).length + (isAck ? 1 : NaN);
  }
  return sum;
}

/** @returns the number of characters and acknowledged ids; NaN: an answer was not understood */
function exchanged({ codec, greetings, answers, isBinary, opening }: Exchange, operations: number): number {
  const view = newView(7);
  const into = newInbound();
  for (const greeting of greetings) {
    codec.join(view);
    codec.decode(greeting, false, view, into, 0);
  }
  let sum = 0;
  if (opening !== undefined) codec.decode(opening, false, view, into, 0);
  for (let n = 0; n < operations; n++) {
    const seq = n % IDS;
    const sent = codec.command(view, seq, false);
    resetInbound(into);
    sum += sent.length + codec.decode(answers[seq]!, isBinary, view, into, 0);
    if (into.seq !== seq) return NaN;
  }
  return sum;
}
