// Bounds on a whole scenario; those on one field stand in core/limits.ts. A larger number is a typing error, or a run that no machine can hold.

/** bytes of one scenario file */
export const MAX_FILE_BYTES = 1024 * 1024;
/** values in one scenario after its aliases are expanded; stops alias bombs */
export const MAX_NODES = 20_000;
/** mappings and lists inside one another */
export const MAX_DEPTH = 20;
/** files that a scenario may extend, one through the other */
export const MAX_EXTENDED = 8;
/** problems printed for one scenario; the rest are counted */
export const MAX_PROBLEMS_SHOWN = 50;

/** of one run on real sockets, whose curves are summed over all workers several times a second */
export const MAX_LIVE_RUN_MS = 3_600_000;
/** more than a simulation holds; a live run is bounded by its machine, which the preflight knows */
export const MAX_CLIENTS = 20_000_000;
/** commands of one client */
export const MAX_COMMANDS_PER_SECOND = 1000;
/** commands of all clients that may be under way at once: 256 MB of bits, and up to 1.3 GB in a simulation */
export const MAX_COMMANDS_UNDER_WAY = 2 ** 31;
/** commands that one client can number */
export const MAX_COMMANDS_OF_A_CLIENT = 2 ** 32 - 1;
export const MAX_SEED = 2 ** 32 - 1;
export const MAX_WORKERS = 64;
/** most of `generator.localAddresses` */
export const MAX_LOCAL_ADDRESSES = 250;
/** of a model, which keeps a client's gateway in a byte */
export const MAX_GATEWAYS = 250;
/** handshakes or refreshes that may wait, in the embedded target or a model */
export const MAX_QUEUE = 10_000_000;
export const MAX_RETRIES = 1_000_000;
export const MAX_FACTOR = 1000;

/** bytes of a file of users: enough for 100,000 users with tokens of 2 KiB */
export const MAX_USERS_BYTES = 256 * 1024 * 1024;
export const MAX_USER_COLUMNS = 100;
/** one value of a user, which may be a large token */
export const MAX_USER_VALUE_CHARS = 65_536;
/** claims of a token, with those inside others */
export const MAX_CLAIMS = 200;
/** claims inside one another */
export const MAX_CLAIM_DEPTH = 8;
/** of one user */
export const MAX_DEVICES = 1000;
/** gateway processes of the embedded target */
export const MAX_EMBEDDED_GATEWAYS = 16;
export const MAX_FAULTS = 100;
export const MAX_THRESHOLDS = 100;
/** of a loop, before it counts as one */
export const MAX_ROUNDS = 100_000;
export const MAX_RULES = 100;
export const MAX_TABLE_DELAYS = 100;
export const MAX_ALLOWED_HOSTS = 100;
/** statuses and error codes in one list of a token endpoint's answer */
export const MAX_ANSWER_CODES = 100;
/** headers, or fields of a form, in one request */
export const MAX_REQUEST_FIELDS = 50;
export const MAX_SUBPROTOCOLS = 20;

export const MAX_DESCRIPTION_CHARS = 2000;
export const MAX_EXPRESSION_CHARS = 200;
