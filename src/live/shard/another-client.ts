import { anotherThan } from '../../core/fault/refresh.ts';
import { anotherUser, userOf } from '../../identity/users.ts';
import type { ShardTask } from './shard-messages.ts';

/**
 * The client whose token a `wrong-subject` fault issues: of another user, where tokens have claims of users, since two
 * devices of one user may have the same subject.
 */
export function anotherClient({ scenario, users }: Pick<ShardTask, 'scenario' | 'users'>): (number: number) => number {
  const { count, perUser } = scenario.clients;
  const all = Math.ceil(count / perUser);
  if (users === null || all === 1) return (number) => anotherThan(number, count);
  return (number) => anotherUser(userOf(number, perUser), all) * perUser;
}
