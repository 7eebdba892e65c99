/**
 * What stands between one client's socket and its frames while a link fault lasts. Everything that passes is handed to
 * it with a way to let it go on: at once, later, twice or never.
 */
export interface Impairment {
  /** bytes that the peer sent */
  arrives(bytes: Buffer, passOn: (bytes: Buffer) => void): void;
  /** a whole frame that the client sends; `isData` when it is a message, not control */
  leaves(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void;
  /** a message, taken out of its frames */
  delivers(message: Buffer, passOn: (message: Buffer) => void): void;
  /** The peer's close frame has come, at its place among the messages: it ends the connection for the client. */
  concludes(tell: () => void): void;
  /** The peer's side of the socket has ended, which ends the connection for the client. */
  ends(tell: () => void): void;
  /** The client has hung up, and waited for an answer: the socket is ended under whatever is still on its way. */
  hangsUp(cut: () => void): void;
  /** Whether the socket is to be read for now. It may change whenever something arrives or goes on. */
  readonly reads: boolean;
  /** Whether the client hears anything of what is read. */
  readonly hears: boolean;
  /** The fault is over, or the connection is: what is still held back goes on its way. */
  release(): void;
}

/** A link on which everything goes on as it comes: what the faults are variations of. */
export abstract class PassThrough implements Impairment {
  readonly hears: boolean = true;

  get reads(): boolean {
    return true;
  }

  arrives(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    passOn(bytes);
  }

  leaves(frame: Buffer, _isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
  }

  delivers(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
  }

  concludes(tell: () => void): void {
    tell();
  }

  ends(tell: () => void): void {
    this.release();
    tell();
  }

  hangsUp(cut: () => void): void {
    this.release();
    cut();
  }

  release(): void {}
}
