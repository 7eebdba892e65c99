import { NETWORK, type Signal } from '../../core/signal.ts';
import type { ContactClue, Stage } from '../../metrics/contact.ts';
import { INBOUND, type InboundKind, type Outgoing } from '../../protocols/codec.ts';
import type { HttpRequest, StepFailure } from '../../protocols/dial-step.ts';
import { TICKET_STEP } from '../../identity/ticket-step.ts';
import type { HttpAnswer } from '../../identity/http-answer.ts';
import type { HttpTap } from '../http/http-requests.ts';
import type { HttpFailure } from '../http/http-service.ts';
import type { NextToken } from '../tokens/token-source.ts';
import { binaryText, isText } from '../sightings/binary-text.ts';
import type { Dialogue } from './dialogue.ts';
import { fieldNames, requestText } from './http-words.ts';
import { signalText, signalWhat, timeText } from './words.ts';

/** Most clues that are kept, enough for a diagnosis. */
const MAX_CLUES = 40;

/** Follows one client: keeps its dialogue, what it has reached, and what may explain why it goes no further. */
export class Follower implements HttpTap {
  readonly clues: ContactClue[] = [];
  /** requests before the dial by their name; false: no answer, or none that can be used */
  readonly dialSteps = new Map<string, boolean>();
  token: 'none' | 'works' | 'failed' = 'none';
  tokenDetail = '';
  answer = '';
  stage: Stage = 'opening';
  hasOpened = false;
  isAuthenticated = false;
  timesReady = 0;
  readyAtMs = 0;
  command: 'none' | 'sent' | 'works' | 'failed' = 'none';
  commandDetail = '';
  /** pings of the server: as messages of the protocol or as frames of WebSocket */
  serverPings = 0;
  clientPings = 0;
  clientPongs = 0;
  /** silence after which the server counts as dead, as it announced it, ms; 0: it did not */
  silenceMs = 0;
  renewal: 'none' | 'asked' | 'token' | 'works' | 'failed' = 'none';
  renewalDetail = '';
  /** after a connection that the probe has cut */
  reconnect: 'none' | 'asked' | 'works' = 'none';
  /** whether the probe ends the connection itself, to see the client come back */
  expectsEnd = false;
  /** the end that nothing had asked for; null: none */
  ended: string | null = null;
  readonly dialogue: Dialogue;
  readonly #changed: () => void;

  /** @param changed called after each event */
  constructor(dialogue: Dialogue, changed: () => void) {
    this.dialogue = dialogue;
    this.#changed = changed;
  }

  asks(name: string, request: HttpRequest): void {
    this.dialogue.add('client', name, requestText(request));
    this.dialSteps.set(name, false);
  }

  isAnswered(name: string, status: number, body: string, failure: StepFailure | null): void {
    this.dialogue.add('server', name, `HTTP ${status}${fieldNames(body)}`);
    this.dialSteps.set(name, failure === null);
  }

  asked(request: HttpRequest): void {
    this.dialogue.add('client', 'token', requestText(request));
  }

  answered(answer: HttpAnswer | HttpFailure): void {
    if ('status' in answer) this.dialogue.add('server', 'token', `HTTP ${answer.status}${fieldNames(answer.body)}`);
  }

  hasToken(answer: NextToken, now: number): void {
    if (answer.ok) {
      const { expiresAt } = answer.validity;
      const refresh = answer.refresh === null ? '' : ', with a refresh token';
      this.token = 'works';
      this.tokenDetail = `expires in ${timeText(Math.max(0, expiresAt - now))}${refresh}`;
      this.decide(`token in hand: ${this.tokenDetail}`, 'token');
      return;
    }
    const { signal, said } = answer;
    if (signal === NETWORK.noNextToken) return this.decide('the source has no next token', 'token');
    this.token = 'failed';
    this.tokenDetail = this.dialogue.clean(said ?? signalText(signal));
    this.decide(`no token: ${said ?? signalText(signal)}`, 'token');
    this.clue('token', signalWhat(signal), said ?? '');
  }

  /** Whether the attempt did not come further than its request for a ticket. */
  get lacksTicket(): boolean {
    return this.dialSteps.get(TICKET_STEP) === false;
  }

  /** The client presents its token in a message. */
  presents(): void {
    this.stage = 'authenticating';
  }

  sends(message: Outgoing): void {
    const text = typeof message === 'string' ? message : isText(message) ? message.toString() : binaryText(message);
    this.dialogue.add('client', 'frame', text);
  }

  pings(): void {
    this.clientPings += 1;
  }

  heard(data: Buffer, kind: InboundKind, meaning: string): void {
    const isReadable = isText(data);
    const text = isReadable ? data.toString() : binaryText(data);
    this.dialogue.add('server', isReadable ? 'frame' : 'binary', text);
    if (kind === INBOUND.other || kind === INBOUND.refused || kind === INBOUND.joinRefused)
      this.clue('frame', isReadable ? 'frame' : 'binary frame', text);
    if (kind === INBOUND.authenticated) this.isAuthenticated = true;
    if (kind === INBOUND.ping) this.serverPings += 1;
    this.decide(meaning);
  }

  announced(silenceMs: number): void {
    if (silenceMs === this.silenceMs) return;
    this.silenceMs = silenceMs;
    this.decide(`the server announced: at most ${timeText(silenceMs)} without a word from it`);
  }

  announcedPings(everyMs: number): void {
    this.decide(`the server announced: a ping of the client every ${timeText(everyMs)}`);
  }

  opened(): void {
    this.hasOpened = true;
    this.stage = 'open';
    this.#changed();
  }

  becameReady(): void {
    this.stage = 'ready';
    this.isAuthenticated = true;
    if (this.timesReady++ === 0) this.readyAtMs = this.dialogue.elapsedMs;
    if (this.reconnect === 'asked' && !this.expectsEnd) this.reconnect = 'works';
    this.decide('ready');
  }

  /** An attempt has failed or the connection is lost. */
  hasEnded(signal: Signal, said: string, isExpected: boolean): void {
    if (isExpected) this.expectsEnd = false;
    const quoted = said === '' ? '' : ` "${said}"`;
    this.dialogue.add(signal >= 100 ? 'server' : 'squall', 'end', `${signalText(signal)}${quoted}`);
    if (isExpected) return this.#changed();
    this.ended = `${signalText(signal)}${quoted === '' ? '' : ` ${this.dialogue.clean(quoted)}`}`;
    this.clue(this.lacksTicket ? 'ticket' : 'end', signalWhat(signal), said);
    this.#changed();
  }

  /** Something has changed that the dialogue says already. */
  touch(): void {
    this.#changed();
  }

  decide(text: string, what = ''): void {
    this.dialogue.add('squall', what, text);
    this.#changed();
  }

  clue(kind: ContactClue['kind'], what: string, text: string): void {
    if (this.clues.length < MAX_CLUES)
      this.clues.push({ kind, what, text: this.dialogue.clean(text), stage: this.stage });
  }
}
