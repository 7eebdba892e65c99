import { Counts } from './counts.ts';
import { announce, type Served } from './served.ts';
import { SERVERS, type ServerName } from './servers.ts';

// A process of one server: `node main.js NAME OPTIONS`, with the options as JSON.

const [name = '', options = '{}'] = process.argv.slice(2);
const counts = new Counts();
// `startServer` wrote the options, and its type makes them fit the name.
const start: (options: never, counts: Counts) => Promise<Served> = SERVERS[name as ServerName];
await announce(await start(JSON.parse(options) as never, counts), counts);
