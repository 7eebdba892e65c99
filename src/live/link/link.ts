/**
 * What stands between one client's socket and its frames while a link fault lasts. Everything that passes is handed to
 * it with a way to let it go on: at once, later, twice or never.
 */
export interface Link {
  /** bytes that the peer sent */
  arrives(bytes: Buffer, passOn: (bytes: Buffer) => void): void;
  /** a whole frame that the client sends; `isData` when it is a message, not control */
  leaves(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void;
  /** a message, taken out of its frames */
  delivers(message: Buffer, passOn: (message: Buffer) => void): void;
  /** The connection has ended at the peer's side. Whether the client is to be told now. */
  readonly tellsEnd: boolean;
  /** Whether the socket is to be read at all. */
  readonly reads: boolean;
  /** The fault is over, or the connection is: what is still held back goes on its way. */
  release(): void;
}

/** A link on which everything goes on as it comes: what the faults are variations of. */
export abstract class PassingLink implements Link {
  readonly tellsEnd: boolean = true;
  readonly reads: boolean = true;

  arrives(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    passOn(bytes);
  }

  leaves(frame: Buffer, _isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
  }

  delivers(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
  }

  release(): void {}
}
