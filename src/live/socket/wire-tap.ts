/** Listens to a connection below its messages: to the opening handshake, and to the pings of WebSocket. */
export interface WireTap {
  /** the upgrade request as it is sent, with the token in it */
  request(text: string): void;
  /** all bytes of the answer so far, once its head is whole */
  answer(bytes: Buffer): void;
  /** the server has sent a ping frame, which is answered */
  pinged(): void;
  /** the server has answered a ping frame */
  ponged(): void;
}
