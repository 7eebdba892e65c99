import type { Row } from '../core/template/template.ts';
import type { DialStep } from '../protocols/dial-step.ts';
import type { ReadyEndpoint } from './endpoint.ts';
import { buildRequest } from './request-template.ts';
import { readTicketAnswer } from './ticket-answer.ts';

/** Name of the request for a ticket. */
export const TICKET_STEP = 'ticket';

/**
 * The request for a ticket before each dial. The view keeps the ticket, so that each one is presented in one attempt only.
 *
 * @param cookiesOf cookies of a client, by its number in the whole population; undefined: none are kept
 */
export function ticketStep(
  { request, answer }: NonNullable<ReadyEndpoint['ticket']>,
  cookiesOf: (number: number) => Row | undefined,
): DialStep {
  return {
    name: TICKET_STEP,
    request: (token, { holes }) => buildRequest(request, { ...holes, token, cookie: cookiesOf(holes.client) ?? {} }),
    answer(status, body, view, headers = {}) {
      const read = readTicketAnswer(answer, { status, body, headers });
      if (!read.ok) return { signal: read.signal, said: read.said, advice: null };
      view.ticket = read.ticket;
      return null;
    },
  };
}
