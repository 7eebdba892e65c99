import type { ApplicationAck } from '../core/protocol/application-ack.ts';
import type { Template } from '../core/template/template.ts';
import { hasHole } from '../core/template/template-text.ts';
import { type Inbound, INBOUND } from './codec.ts';
import { seqOfId } from './command-id.ts';
import { CompiledMatch, type Keys, keysOf, valueAt } from './json-match.ts';

/** Reads the messages by which an application acknowledges and refuses commands. */
export class AckReader {
  readonly #ack: CompiledMatch;
  readonly #refused: CompiledMatch;
  readonly #ackId: Keys;
  readonly #idsNameClients: boolean;

  constructor({ ack, ackId, refused }: ApplicationAck, command: Template) {
    this.#ack = new CompiledMatch(ack);
    this.#refused = new CompiledMatch(refused);
    this.#ackId = keysOf(ackId);
    this.#idsNameClients = hasHole(command, 'id');
  }

  /** Reads a message; one that is neither, or belongs to a command of another client, is `known`. */
  read(message: unknown, client: number, into: Inbound): void {
    into.kind = INBOUND.known;
    if (typeof message !== 'object' || message === null) return;
    const isRefused = this.#refused.holds('', message);
    if (!isRefused && !this.#ack.holds('', message)) return;
    const seq = seqOfId(valueAt(message, this.#ackId), client, this.#idsNameClients);
    if (!(seq >= 0)) return;
    into.kind = isRefused ? INBOUND.commandRefused : INBOUND.ack;
    into.seq = seq;
  }
}
