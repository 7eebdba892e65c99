/** Bounds on fields of a scenario. A value beyond them is a typing error, or a run that no machine can hold. */

/** characters of a value quoted in a message */
export const MAX_SHOWN_CHARS = 60;
/** longest duration: a year */
export const MAX_DURATION_MS = 365 * 24 * 3_600_000;
/** longest run: a week, which is also the length of a recorded curve */
export const MAX_RUN_MS = 7 * 24 * 3_600_000;
/** lowest rate: one event in eleven days */
export const MIN_RATE_PER_SECOND = 1e-6;
export const MAX_RATE_PER_SECOND = 10_000_000;
/** longest Retry-After: a day */
export const MAX_RETRY_AFTER_SECONDS = 86_400;
/** words of the command of an exec fault */
export const MAX_COMMAND_WORDS = 100;
export const MAX_NAME_CHARS = 64;
export const MAX_URL_CHARS = 2000;
export const MAX_PATH_CHARS = 2000;
/** RFC 6455 section 5.5: a control frame holds 125 bytes, two of them the code */
export const MAX_CLOSE_REASON_BYTES = 123;
/** of a text with holes */
export const MAX_TEMPLATE_CHARS = 4000;
