import { connect } from 'node:net';

/** Longest wait for an address to take a connection, ms. */
const TIMEOUT_MS = 1000;

/**
 * Finds the addresses of a name that take a TCP connection, since this machine, or the server, may know only one version of
 * IP. The connections say nothing and are closed at once. A single address is not tried.
 *
 * @returns all of them when none does
 * @example await reachable(['::1', '127.0.0.1'], 8080) // ['127.0.0.1'], where a server listens to IPv4 only
 */
export async function reachable(addresses: readonly string[], port: number): Promise<readonly string[]> {
  if (addresses.length < 2) return addresses;
  const answers = await Promise.all(addresses.map((address) => takesConnection(address, port)));
  const taking = addresses.filter((_, index) => answers[index]);
  return taking.length === 0 ? addresses : taking;
}

/** Says which addresses of the target's name are not dialled. */
export function unreachableWarning(addresses: readonly string[]): string {
  const which = addresses.length === 1 ? 'an address' : 'addresses';
  return `${which} of the target took no connection and will not be dialled: ${addresses.join(', ')}`;
}

function takesConnection(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true));
    socket.once('timeout', end(false));
    socket.once('error', end(false));
  });
}
