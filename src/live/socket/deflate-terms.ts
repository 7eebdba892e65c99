import { extension, type ExtensionParameters } from 'ws';

/** The offer of permessage-deflate (RFC 7692); the server may limit how far back each side refers. */
export const DEFLATE_OFFER = 'permessage-deflate; client_max_window_bits';

/** What a server has accepted (RFC 7692 section 7.1). */
export interface DeflateTerms {
  readonly fromServer: DirectionTerms;
  readonly fromClient: DirectionTerms;
}

export interface DirectionTerms {
  /** longest distance of a reference, as a power of 2 in bytes */
  readonly windowBits: number;
  /** whether a message may refer to the messages before it */
  readonly keepsContext: boolean;
}

const MAX_WINDOW_BITS = 15;

type Value = string | true | undefined;

/** Parameters that an answer may have, each once, with their values; true: none. */
const PARAMETERS: ReadonlyMap<string, (value: Value) => boolean> = new Map([
  ['server_no_context_takeover', isNone],
  ['client_no_context_takeover', isNone],
  ['server_max_window_bits', isWindowBits],
  ['client_max_window_bits', isWindowBits],
]);

/**
 * Reads a server's answer to the offer.
 *
 * @param value of all Sec-WebSocket-Extensions, as one list
 * @returns the terms, or what is wrong with the answer
 * @example deflateTerms('permessage-deflate; server_no_context_takeover')
 */
export function deflateTerms(value: string): DeflateTerms | string {
  const extensions = parsed(value);
  if (extensions === null) return 'with a Sec-WebSocket-Extensions that is no list (RFC 6455 section 9.1)';
  const { 'permessage-deflate': accepted, ...others } = extensions;
  if (accepted === undefined || Object.keys(others).length > 0) return 'with an extension that was not offered';
  const [parameters = {}, ...more] = accepted;
  if (more.length > 0) return 'with permessage-deflate twice';
  for (const [name, values] of Object.entries(parameters)) {
    if (values.length !== 1 || PARAMETERS.get(name)?.(values[0]) !== true)
      return 'with a wrong parameter of permessage-deflate (RFC 7692 section 7.1)';
  }
  return { fromServer: direction(parameters, 'server'), fromClient: direction(parameters, 'client') };
}

function parsed(value: string): Readonly<Record<string, readonly ExtensionParameters[]>> | null {
  try {
    return extension.parse(value);
  } catch {
    return null;
  }
}

function isNone(value: Value): boolean {
  return value === true;
}

function isWindowBits(value: Value): boolean {
  return typeof value === 'string' && /^([89]|1[0-5])$/.test(value);
}

function direction(parameters: ExtensionParameters, side: 'server' | 'client'): DirectionTerms {
  const bits = parameters[`${side}_max_window_bits`]?.[0];
  return {
    windowBits: bits === undefined ? MAX_WINDOW_BITS : Number(bits),
    keepsContext: parameters[`${side}_no_context_takeover`] === undefined,
  };
}
