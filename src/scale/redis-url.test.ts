import { describe, expect, it } from 'vitest';
import { redisPlace } from './redis-url.ts';

describe('redisPlace', () => {
  it('reads host, port, database, user and password, and shows the last two nowhere', () => {
    const place = redisPlace('rediss://us%40er:p%3Aw@[::1]:7000/3', {}, 'PEM');
    expect(place).toEqual({
      url: 'rediss://[::1]:7000/3',
      options: {
        host: '::1',
        port: 7000,
        db: 3,
        username: 'us@er',
        password: 'p:w',
        tls: { ca: 'PEM' },
      },
    });
  });

  it('names the host in TLS where it has a name', () => {
    expect(redisPlace('rediss://h', {}, null).options.tls).toEqual({ servername: 'h' });
  });

  it('takes the password from the environment where the URL has none', () => {
    const env = { SQUALL_REDIS_PASSWORD: 'env' };
    expect(redisPlace('redis://h', env, null).options).toEqual({ host: 'h', port: 6379, db: 0, password: 'env' });
    expect(redisPlace('redis://:own@h', env, null).options.password).toBe('own');
  });

  it('refuses what is no URL of Redis, without quoting it', () => {
    for (const text of [
      'h:6379',
      'http://u:secret@h',
      'redis://u:secret@',
      'redis://u:secret@h/name',
      'redis://h?x=secret',
      'redis://u:%zz@h',
    ])
      expect(() => redisPlace(text, {}, null)).toThrow(/^the URL of Redis is malformed$/);
  });
});
