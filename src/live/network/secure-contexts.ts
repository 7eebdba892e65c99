import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { TlsPlan } from './tls-plan.ts';

/** Most contexts with a client's own certificate that a worker keeps; one more takes the place of the oldest. */
const MAX_CONTEXTS = 1000;

/**
 * The contexts of a worker's connections. A context holds trusted authorities and a certificate, and making one costs as much
 * as a third of a handshake, so that connections share them.
 */
class SecureContexts {
  readonly #plan: TlsPlan;
  readonly #made = new Map<number, SecureContext>();
  #forTokens: SecureContext | null = null;

  constructor(plan: TlsPlan) {
    this.#plan = plan;
  }

  /** The context of a client's connections to the target. */
  of(number: number): SecureContext {
    const { ca, certificates, certificateOf } = this.#plan;
    const index = certificateOf?.[number] ?? 0;
    const known = this.#made.get(index);
    if (known !== undefined) return known;
    if (this.#made.size >= MAX_CONTEXTS) this.#made.delete(this.#made.keys().next().value ?? index);
    const context = createSecureContext({ ...(ca === null ? {} : { ca }), ...certificates[index] });
    this.#made.set(index, context);
    return context;
  }

  /**
   * The context of requests to a token endpoint, which a public authority may vouch for: it trusts those of this machine, too,
   * and presents the certificate that all clients share, if there is one.
   */
  get forTokens(): SecureContext {
    const { ca, certificates, certificateOf } = this.#plan;
    this.#forTokens ??= createSecureContext({
      ...(ca === null ? {} : { ca: [...rootCertificates, ca] }),
      ...(certificateOf === null ? certificates[0] : {}),
    });
    return this.#forTokens;
  }
}

let usual: SecureContext | null = null;
const byPlan = new WeakMap<TlsPlan, SecureContexts>();

/** The contexts of a plan in this worker. */
function contextsOf(plan: TlsPlan): SecureContexts {
  let contexts = byPlan.get(plan);
  if (contexts === undefined) {
    contexts = new SecureContexts(plan);
    byPlan.set(plan, contexts);
  }
  return contexts;
}

/**
 * The context for a client's connection to the target.
 *
 * @param plan null: authorities of this machine, and no certificate of the client
 * @param number number of the client in the whole population
 */
export function targetContext(plan: TlsPlan | null, number: number): SecureContext {
  return plan === null ? usualContext() : contextsOf(plan).of(number);
}

/** The context for requests to a token endpoint. */
export function tokenContext(plan: TlsPlan | null): SecureContext {
  return plan === null ? usualContext() : contextsOf(plan).forTokens;
}

function usualContext(): SecureContext {
  usual ??= createSecureContext();
  return usual;
}
