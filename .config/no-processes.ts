import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** Keeps unit tests what they are: one that starts a process or opens a socket fails, and learns where it belongs. */
function refuse(what: string): () => never {
  return () => {
    throw new Error(`a unit test ${what}: name its file *.integration.test.ts`);
  };
}

const starts = refuse('starts a process');
Object.assign(childProcess, {
  spawn: starts,
  spawnSync: starts,
  exec: starts,
  execSync: starts,
  execFile: starts,
  execFileSync: starts,
  fork: starts,
});
Object.assign(net.Server.prototype, { listen: refuse('listens') });
Object.assign(net.Socket.prototype, { connect: refuse('connects') });
syncBuiltinESMExports();
