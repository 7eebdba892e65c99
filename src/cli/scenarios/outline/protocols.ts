/** Lines below `target.protocol`, and the carrier of the token that goes with it. */
export interface ProtocolOutline {
  /** what the question shows */
  readonly label: string;
  /** lines below `target:` */
  readonly target: readonly string[];
  /** line below `tokens:`; null: the default, a header */
  readonly carrier: string | null;
  /** whether commands are acknowledged, so that the outline can send some */
  readonly commands: boolean;
}

/** Protocols that `squall init` can outline, by the word for `--protocol`. */
export const PROTOCOLS = {
  none: {
    label: 'none that squall must know: a client is ready when the upgrade is accepted',
    target: [],
    carrier: null,
    commands: false,
  },
  json: {
    label: 'JSON messages of your own',
    target: [
      'protocol: # how frames are written and recognised: replace these by those of your server',
      '  json:',
      `    authenticate: '{"type":"authenticate","token":"{token}"}' # the first message`,
      '    authenticated: { type: authenticated } # the frame that accepts it',
      `    command: '{"type":"command","id":"{id}"}'`,
      '    ack: { type: ack } # the frame that acknowledges a command',
      '    ackId: id # where it has the id: a dotted path',
    ],
    carrier: 'carrier: message # the token travels in the first message',
    commands: true,
  },
  'socket.io': {
    label: 'Socket.IO 3 or 4',
    target: ['protocol: socket.io # CONNECT carries { token }; a mapping sets namespace, event and more'],
    carrier: 'carrier: message # in the CONNECT packet, as `auth: { token }` of the library',
    commands: true,
  },
  centrifugo: {
    label: 'Centrifugo',
    target: ['protocol: centrifugo # JSON, version 2; a mapping sets method, channel and more'],
    carrier: 'carrier: message # in the connect command',
    commands: true,
  },
  'graphql-transport-ws': {
    label: 'GraphQL over WebSocket (the npm package graphql-ws)',
    target: [
      'protocol: # of graphql-ws; subscriptions-transport-ws is the name of the older protocol',
      '  graphql-transport-ws:',
      `    connectionParams: '{"Authorization":"Bearer {token}"}' # payload of connection_init`,
      "    query: 'mutation ($id: ID!) { command(id: $id) }' # a command: replace it by one of your schema",
      `    variables: '{"id":"{id}"}'`,
    ],
    carrier: 'carrier: message # in connection_init',
    commands: true,
  },
  mqtt: {
    label: 'MQTT 3.1.1 or 5 over WebSocket',
    target: ['protocol: mqtt # version 3.1.1, token as the password; a mapping sets version, topic and more'],
    carrier: 'carrier: message # in the CONNECT packet',
    commands: true,
  },
  nats: {
    label: 'NATS over WebSocket',
    target: ['protocol: nats # token as auth_token; a mapping sets subject, jetStream, user, jwt and more'],
    carrier: 'carrier: message # in CONNECT',
    commands: true,
  },
  stomp: {
    label: 'STOMP',
    target: [
      'protocol:',
      '  stomp:',
      "    connectHeaders: { Authorization: 'Bearer {token}' } # or { login: user, passcode: '{token}' }",
      '    destination: /app/command # of a command, which a RECEIPT acknowledges',
      `    body: '{"id":"{id}"}'`,
    ],
    carrier: 'carrier: message # in a header of CONNECT',
    commands: true,
  },
  signalr: {
    label: 'ASP.NET Core SignalR, also behind Azure SignalR Service',
    target: ['protocol: { signalr: { method: SendMessage, arguments: \'"{id}"\' } } # the hub method of a command'],
    carrier: 'carrier: header # or { query: access_token }, as in browsers; the negotiation has it in a header',
    commands: true,
  },
  'web-pubsub': {
    label: 'Azure Web PubSub',
    target: ['protocol: web-pubsub # an event `command`; a mapping sets event, group and more'],
    carrier: 'carrier: { query: access_token } # as the library sends it',
    commands: true,
  },
  phoenix: {
    label: 'Phoenix channels',
    target: [
      'protocol: # give the whole path in the URL, such as /socket/websocket',
      '  phoenix:',
      '    topic: room:lobby # the channel that clients join',
      '    event: command # a command: handle_in("command", %{"id" => id}, socket), which replies',
    ],
    carrier: 'carrier: { query: token } # as params: { token } of Socket; or message, with params of the join',
    commands: true,
  },
  supabase: {
    label: 'Supabase Realtime',
    target: [
      'protocol: # give the whole path in the URL: /realtime/v1/websocket',
      '  supabase:',
      '    channel: room # the channel that clients join; commands are broadcasts',
      '    apikey: anon-key # or {env.SUPABASE_ANON_KEY}',
    ],
    carrier: 'carrier: message # in the join of the channel',
    commands: true,
  },
  actioncable: {
    label: 'Action Cable or AnyCable',
    target: [
      'protocol: # give the whole path in the URL, such as /cable',
      '  actioncable:',
      `    identifier: '{"channel":"ChatChannel"}'`,
      `    data: '{"action":"command","id":"{id}"}' # a command: an action of the channel with its data`,
      '    ack: { type: ack } # the message by which your channel acknowledges a command: transmit(type: "ack", id:)',
    ],
    carrier: 'carrier: { cookie: session } # or { query: jid } with AnyCable',
    commands: true,
  },
  pusher: {
    label: 'Pusher, Laravel Reverb or Soketi',
    target: [
      'protocol: # give the whole path in the URL: /app/KEY',
      '  pusher:',
      '    channel: private-room',
      '    channelAuthorization: { endpoint: /pusher/auth } # at the same host',
      '    ack: { event: client-ack } # the event by which your application acknowledges a command',
    ],
    carrier: 'carrier: message # in the request that authorises the channel',
    commands: true,
  },
  hocuspocus: {
    label: 'Hocuspocus, documents of Yjs',
    target: [
      'protocol:',
      '  hocuspocus:',
      '    document: page-1 # the document that clients open; commands write to its map `squall`',
    ],
    carrier: 'carrier: message # in the authentication message of the document',
    commands: true,
  },
  'appsync-events': {
    label: 'AWS AppSync Events',
    target: [
      'protocol: # the real-time domain in the URL; the path /event/realtime is added',
      '  appsync-events:',
      '    channel: /default/room # the channel that clients subscribe to, and publish to',
      `    event: '{"id":"{id}"}' # a command: an event`,
    ],
    carrier: 'carrier: message # in a subprotocol and in each message',
    commands: true,
  },
} as const satisfies Readonly<Record<string, ProtocolOutline>>;

export type ProtocolWord = keyof typeof PROTOCOLS;
