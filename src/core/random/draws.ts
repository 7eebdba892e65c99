/**
 * Purposes of draws. Draws for different purposes never share a number, so a policy that draws more, or no longer
 * draws, leaves all others as they were. A new purpose goes at the end: the numbers decide what a seed gives.
 */
export const PURPOSE = {
  /** when a client first attempts to connect */ arrive: 0,
  /** skew of its clock */ skew: 1,
  /** age of its first token, as a share of the lifetime */ issue: 2,
  /** jitter on the refresh lead */ lead: 3,
  /** jitter on a backoff delay */ backoff: 4,
  /** jitter that a client draws once for the whole run */ backoffOnce: 5,
  /** jitter on the delay before a failed token request is repeated */ refreshRetry: 6,
  /** when in its period a command falls due */ command: 7,
  /** which clients a fault hits, and when */ fault: 8,
  /** latency and loss of an attempt, in the simulated world */ network: 9,
  /** latency of a token request, in the simulated world */ requestTrip: 10,
  /** how long a modelled server works on a job; the stream is the server's */ service: 11,
  /** anything else that a fault leaves to chance */ faultDetail: 12,
  /** random labels of runs, in a test of two settings */ relabel: 13,
  /** the order of the population, made by `rankOf`, of which a fault hits the first share */ share: 14,
  /** how long a modelled service works on a request before a dial */ dialRequest: 15,
  /** which clients resume their TLS sessions */ tlsResume: 16,
  /** jitter on the delay before a join is tried again */ rejoin: 17,
  /** how long a modelled service works on a request before a join */ joinRequest: 18,
  /** how long a modelled gateway works on a join */ join: 19,
} as const;

export type Purpose = (typeof PURPOSE)[keyof typeof PURPOSE];

/** The key schedule's parity constant, of Skein 1.3 cut to 32 bits. */
const PARITY = 0x1bd11bda;
/** Groups of four cipher rounds: 20 rounds, the authors' default; 13 already pass BigCrush. */
const GROUPS = 5;

/**
 * Random numbers by counter: the n-th draw of a stream is a function of its address, (seed, client, purpose, n), and
 * nothing is kept between draws. Ten million clients need no state, and draws may be made in any order.
 *
 * It is Threefry-2x32-20 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011) with key
 * (seed, purpose) and counter (client, n): addition, rotation and exclusive or of 32-bit words, so every engine gives
 * the same bits.
 */
export class Draws {
  readonly #seed: number;

  /** @param seed 0..2^32-1 */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /**
   * A uniform draw in [0, 1), a multiple of 2^-53.
   *
   * @param client 0..2^32-1
   * @param n which draw of this stream, 0..2^32-1
   */
  unit(client: number, purpose: Purpose, n: number): number {
    // The three words of the key schedule, which take turns; rotating them costs less than an array would.
    let k0 = this.#seed;
    let k1: number = purpose;
    let k2 = PARITY ^ k0 ^ k1;
    let a = (client + k0) | 0;
    let b = (n + k1) | 0;
    for (let group = 1; group <= GROUPS; group++) {
      const odd = (group & 1) === 1;
      a = (a + b) | 0;
      b = rotate(b, odd ? 13 : 17) ^ a;
      a = (a + b) | 0;
      b = rotate(b, odd ? 15 : 29) ^ a;
      a = (a + b) | 0;
      b = rotate(b, odd ? 26 : 16) ^ a;
      a = (a + b) | 0;
      b = rotate(b, odd ? 6 : 24) ^ a;
      const k3 = k0;
      k0 = k1;
      k1 = k2;
      k2 = k3;
      a = (a + k0) | 0;
      b = (b + k1 + group) | 0;
    }
    return ((a >>> 5) * 0x4000000 + (b >>> 6)) / 0x20000000000000;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
