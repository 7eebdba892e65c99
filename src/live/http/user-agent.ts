import { VERSION } from '../../metrics/version.ts';

/** Value of User-Agent where a scenario sets no other, so that a server can tell squall's clients from its users. */
export const USER_AGENT = `squall/${VERSION}`;
