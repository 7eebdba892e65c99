import { inTarget, type Rule } from './cause.ts';

/** How the first message of a protocol's server looks, and how squall is set to speak it. */
interface Fingerprint {
  readonly name: string;
  readonly looks: RegExp;
  /** value of `target.protocol`; null: squall has none, so its frames are spelled out */
  readonly protocol: string | null;
  /** whether a protocol of one's own may begin with the same message */
  readonly isCommon?: true;
}

const FINGERPRINTS: readonly Fingerprint[] = [
  { name: 'Socket.IO', looks: /^0\{"sid":/, protocol: 'socket.io' },
  { name: 'Centrifugo', looks: /^\{"(?:id":\d+,"(?:connect|error)"|connect":|push":)/, protocol: 'centrifugo' },
  { name: 'Action Cable', looks: /^\{"type":"(?:welcome|disconnect)"/, protocol: 'actioncable', isCommon: true },
  { name: 'NATS', looks: /^INFO \{/, protocol: 'nats' },
  { name: 'Pusher', looks: /"event":"pusher:/, protocol: 'pusher' },
  {
    name: 'GraphQL of subscriptions-transport-ws',
    looks: /^\{"type":"(?:connection_error|ka)"/,
    protocol: 'subscriptions-transport-ws',
  },
  {
    name: 'AppSync Events',
    looks: /^\{"type":"connection_ack","connectionTimeoutMs"/,
    protocol: 'appsync-events',
  },
  { name: 'GraphQL over WebSocket', looks: /^\{"type":"connection_ack"/, protocol: 'graphql-transport-ws' },
  { name: 'Phoenix channels', looks: /^\[(?:null|"\d+"),(?:null|"\d+"),"[^"]+","phx_/, protocol: 'phoenix' },
  { name: 'SignalR', looks: /^\{"type":[67]\b/, protocol: 'signalr' },
  { name: 'STOMP', looks: /^(?:CONNECTED|ERROR)\s*(?:version|message|content)/, protocol: 'stomp' },
  { name: 'Web PubSub', looks: /^\{"type":"system","event":"connected"/, protocol: 'web-pubsub' },
];

/** A first message that shows which protocol the server speaks. */
export const anotherProtocol: Rule = ({ kind, what, text }, { target }) => {
  if (kind !== 'frame' || what !== 'frame' || target.kind !== 'url') return null;
  const found = FINGERPRINTS.find(({ looks }) => looks.test(text));
  if (found === undefined) return null;
  // Where frames are spelled out already, the message that was not understood says more.
  if ((found.protocol === null || found.isCommon === true) && target.protocol.kind === 'json') return null;
  if (found.protocol === null) return inTarget(`the server speaks ${found.name}`, ...SPELLED_OUT);
  if (target.protocol.kind === found.protocol) return null;
  return inTarget(`the server speaks ${found.name}`, 'say so', `protocol: ${found.protocol}`);
};

/** Close codes that only one protocol has. */
export const protocolClose: Rule = ({ kind, what, text }, { target }) => {
  if (kind !== 'end' || target.kind !== 'url') return null;
  const centrifugo = /^close (3501|3502|3503|3507|3012)$/.test(what) && /bad request|stale|no pong|force/i.test(text);
  if (centrifugo && target.protocol.kind !== 'centrifugo') {
    return inTarget('the server speaks Centrifugo', 'say so', 'protocol: centrifugo');
  }
  // As graphql-ws closes: its first message did not come, or it was none of the protocol.
  const graphql =
    (what === 'close 4408' && /initiali[sz]ation timeout/i.test(text)) ||
    (what === 'close 4400' && /invalid message received/i.test(text));
  if (graphql && target.protocol.kind !== 'graphql-transport-ws') {
    return inTarget('the server speaks GraphQL over WebSocket', 'say so', 'protocol: graphql-transport-ws');
  }
  // As subscriptions-transport-ws closes a connection by another subprotocol.
  if (what === 'close 1002' && target.protocol.kind === 'graphql-transport-ws') {
    return inTarget(
      'the server may speak the older GraphQL subprotocol, graphql-ws',
      'try it',
      'protocol: subscriptions-transport-ws',
    );
  }
  return null;
};

/** CONNACK of a server that speaks another version of MQTT. */
export const mqttVersion: Rule = ({ kind, text }, { target }) => {
  if (kind !== 'end' || target.kind !== 'url' || target.protocol.kind !== 'mqtt') return null;
  if (!/^CONNACK 0x(?:01|84):/.test(text)) return null;
  const other = target.protocol.version === 5 ? '3.1.1' : '5';
  return inTarget('the server speaks another version of MQTT', 'set it', `protocol: { mqtt: { version: ${other} } }`);
};

/** An answer before the dial that leads to a host that nobody has allowed. */
export const ledElsewhere: Rule = ({ kind, what, text }) => {
  const host =
    kind === 'end' && what === 'dns' ? /^the answer leads to (\S+), which is not/.exec(text)?.[1] : undefined;
  if (host === undefined) return null;
  return inTarget(
    `the negotiation leads to ${host}, as with Azure SignalR Service`,
    `allow it, if you may load-test it, by --allow-host ${host} or here`,
    `allow: [${host}]`,
  );
};

/** Frames of bytes that squall cannot read as text. */
export const binary: Rule = ({ kind, what }) =>
  kind === 'frame' && what === 'binary frame'
    ? {
        cause: 'the server speaks a binary protocol, such as MQTT, NATS or Protobuf',
        fix: 'ask the server for its JSON form, which some offer under another subprotocol; squall reads JSON in binary frames only',
        yaml: 'target:\n  subprotocols: [NAME-OF-THE-JSON-FORM]',
      }
    : null;

const SPELLED_OUT = [
  'squall has no protocol of this name yet: spell out the frames of one connection',
  'protocol: { json: { authenticate: …, authenticated: …, command: …, ack: …, ackId: … } }',
] as const;
