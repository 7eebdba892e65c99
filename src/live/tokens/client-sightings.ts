import type { Signal } from '../../core/signal.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import type { Credentials } from './credentials.ts';
import type { Sightings } from '../sightings/sightings.ts';

/** Keeps what a remote said to a client, without the clients' tokens. */
export type NoteSighting = (kind: Sighting['kind'], client: number, signal: Signal, said: Buffer | string) => void;

/**
 * @param others secrets beside the clients' tokens
 * @param ownOf further secrets of a client, such as its ticket
 */
export function noteWithoutTokens(
  sightings: Sightings,
  { access, refresh }: Credentials,
  others: readonly string[],
  ownOf: (client: number) => readonly string[],
): NoteSighting {
  return (kind, client, signal, said) => {
    // A remote most likely quotes the tokens of its own client, so they come first.
    const secrets = () =>
      // A client that has not logged in yet has no token.
      [access[client], refresh[client], ...ownOf(client), ...others, ...access, ...refresh].filter(
        (secret): secret is string => secret !== undefined,
      );
    sightings.note(kind, signal, said, secrets);
  };
}
