import type { TicketAnswerPlan } from '../scenario/schema/token-answer.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { tokenAt } from './answer-template.ts';
import { isSuccess, jsonOf, readyPlace, setCookiesOf, type HttpAnswer, type ReadyPlace } from './http-answer.ts';
import { refusalText, withoutToken, type ErrorPlaces } from './refusal.ts';

/** How the answer to a request for a ticket is read, ready for use. Plain data. */
export interface TicketTemplate extends ErrorPlaces {
  readonly ticket: ReadyPlace;
}

export type TicketAnswered =
  | { readonly ok: true; readonly ticket: string }
  /** `said`: the service's words, which may quote secrets */
  | { readonly ok: false; readonly signal: Signal; readonly said: string };

export function ticketTemplate({ ticket, errorAt, descriptionAt }: TicketAnswerPlan): TicketTemplate {
  return { ticket: readyPlace(ticket), error: errorAt.split('.'), description: descriptionAt.split('.') };
}

/** Reads the answer to a request for a ticket. Never throws. */
export function readTicketAnswer(template: TicketTemplate, answer: HttpAnswer): TicketAnswered {
  const json = jsonOf(answer.body);
  if (!isSuccess(answer)) return { ok: false, signal: answer.status, said: refusalText(answer, json, template) };
  const ticket = tokenAt(template.ticket, answer, json, setCookiesOf(answer, 0));
  if (ticket !== null) return { ok: true, ticket };
  return { ok: false, signal: NETWORK.malformed, said: withoutToken(answer, json, template.ticket) };
}
