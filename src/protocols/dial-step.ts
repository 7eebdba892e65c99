import type { Advice } from '../core/policy/advice.ts';
import type { Signal } from '../core/signal.ts';
import type { ClientView } from './codec.ts';

/** An HTTP request, without I/O. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** absolute URL, or path and query at the gateway that is dialled next */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null: no body */
  readonly body: string | null;
}

/** Headers of an HTTP answer, by name in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Failure of a step: the attempt ends with this signal. */
export interface StepFailure {
  readonly signal: Signal;
  /** what the service said, which may quote secrets; cleaned before it is kept */
  readonly said: string;
  /** advice of the protocol; null: none */
  readonly advice: Advice | null;
}

/** Another place to which the answer of a step leads, with the upgrade after it: the step is carried out again there. */
export interface Redirect {
  /** absolute URL, as the server sent it */
  readonly redirect: string;
}

/**
 * One request to a service before a connection is dialled, in every attempt: a ticket, a negotiation, a polling handshake.
 * It keeps what later steps, or the upgrade, need in the connection's view (`ticket`, `session`). It never throws.
 */
export interface DialStep {
  /** name in reports: `ticket`, `negotiate`, `polling` */
  readonly name: string;
  /** where the token travels if not as in the upgrade: a token in the query becomes a header, as browsers do; absent: as in the upgrade */
  readonly tokenIn?: 'header';
  /**
   * @param token the client's access token
   * @param path path and query of the target's URL
   */
  request(token: string, view: ClientView, path: string): HttpRequest;
  /**
   * @param headers absent: none
   * @returns null: go on with the next step or the upgrade
   */
  answer(status: number, body: string, view: ClientView, headers?: AnswerHeaders): StepFailure | Redirect | null;
}
