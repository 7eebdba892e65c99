/** What a gateway does when the token of an open connection runs out. */
export type OnExpiry =
  | { readonly kind: 'close' }
  /** a frame `graceMs` before the close */
  | { readonly kind: 'notify'; readonly graceMs: number }
  | { readonly kind: 'ignore' };

/** Whether the gateway's next step is the notice, and not the close. @param warned the notice was sent */
export function noticeIsNext(onExpiry: OnExpiry, warned: boolean): boolean {
  return onExpiry.kind === 'notify' && !warned;
}

/** The instant of the gateway's next step, on the clock of `expiresAt`; Infinity: never. */
export function expiryStepAt(onExpiry: OnExpiry, expiresAt: number, warned: boolean): number {
  if (onExpiry.kind === 'ignore') return Infinity;
  return onExpiry.kind === 'notify' && !warned ? expiresAt - onExpiry.graceMs : expiresAt;
}
