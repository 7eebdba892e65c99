/**
 * A link fault between one client's socket and its frames. It receives everything that passes, with a callback that
 * passes it on: at once, later, twice or never.
 */
export interface Impairment {
  /** Receives bytes that the peer sent. */
  bytesIn(bytes: Buffer, passOn: (bytes: Buffer) => void): void;
  /** Receives a whole frame that the client sends; `isData`: a message, not a control frame. */
  frameOut(frame: Buffer, isData: boolean, passOn: (frame: Buffer) => void): void;
  /** Receives a message from the peer, taken out of its frames. */
  messageIn(message: Buffer, passOn: (message: Buffer) => void): void;
  /** Receives the peer's close frame, in order with its messages; passed on, it ends the connection for the client. */
  closeFrameIn(passOn: () => void): void;
  /** Receives the end of the peer's side of the socket; passed on, it ends the connection for the client. */
  endIn(passOn: () => void): void;
  /** Receives the client's hang-up once its wait for the peer's answer is over; `cut` ends the socket. */
  hangUp(cut: () => void): void;
  /** Whether the socket is read now; it may change when something arrives or passes on. */
  readonly reads: boolean;
  /** Whether the client receives anything of what is read. */
  readonly hears: boolean;
  /** Passes on what is still held back when the fault or the connection ends. */
  release(): void;
}

/** A link that passes everything on at once; the base of all impairments. */
export abstract class PassThrough implements Impairment {
  readonly hears: boolean = true;

  get reads(): boolean {
    return true;
  }

  bytesIn(bytes: Buffer, passOn: (bytes: Buffer) => void): void {
    passOn(bytes);
  }

  frameOut(frame: Buffer, _isData: boolean, passOn: (frame: Buffer) => void): void {
    passOn(frame);
  }

  messageIn(message: Buffer, passOn: (message: Buffer) => void): void {
    passOn(message);
  }

  closeFrameIn(passOn: () => void): void {
    passOn();
  }

  endIn(passOn: () => void): void {
    this.release();
    passOn();
  }

  hangUp(cut: () => void): void {
    this.release();
    cut();
  }

  release(): void {}
}
