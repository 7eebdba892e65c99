import { describe, expect, it } from 'vitest';
import { redisPlace, redisUrlFlaw } from './redis-url.ts';

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

  it.each([
    ['h:6379', 'h:6379: it does not begin with redis:// or rediss://'],
    ['10.0.0.7', '10.0.0.7: it does not begin with redis:// or rediss://'],
    ['http://u:secret@h', 'http://…@h: it does not begin with redis:// or rediss://'],
    ['redis:/x', 'redis:/x: it does not begin with redis:// or rediss://'],
    ['redis:secret@h', '…@h: it does not begin with redis:// or rediss://'],
    ['redis://', 'redis://: it names no host'],
    ['redis://:6379', 'redis://:6379: it names no host'],
    ['redis:///0', 'redis:///0: it names no host'],
    ['redis://u:secret@', 'redis://…@: it names no host'],
    ['redis://u:secret@:6379', 'redis://…@:6379: it names no host'],
    ['redis://h:99999', 'redis://h:99999: its port is not from 1 to 65535'],
    ['redis://u:secret@h:99999/1', 'redis://…@h:99999/1: its port is not from 1 to 65535'],
    ['redis://h:0', 'redis://h:0: its port is not from 1 to 65535'],
    ['redis://u:secret', 'redis://u:…: its port is no number'],
    ['redis://ho st', 'redis://ho st: its host is malformed'],
    ['redis://u:sec#ret@h', 'redis://…@h: its user or password has a character that a URL has to encode'],
    ['redis://u:sec/ret@h', 'redis://…@h: its user or password has a character that a URL has to encode'],
    ['redis://u:%zz@h', 'redis://…@h: its user or password has a % that encodes nothing'],
    ['redis://u:secret@h/name', 'redis://…@h/name: what follows the host is no number of a database'],
    ['redis://h?password=secret', 'redis://h?…: nothing may follow with ? or #'],
    ['redis://h#secret', 'redis://h#…: nothing may follow with ? or #'],
    ['redis://h\u001b[31m/x', 'redis://h[31m/x: its host is malformed'],
  ])('says what is wrong with %j, without user and password', (text, message) => {
    expect(redisUrlFlaw(text)).toEqual({
      message,
      fix: expect.stringContaining('write it as redis://HOST:PORT') as string,
    });
    expect(() => redisPlace(text, {}, null)).toThrow(message);
  });

  it('takes a password with @ in it as it is', () => {
    expect(redisUrlFlaw('redis://:p@ss@host')).toBeNull();
    expect(redisPlace('redis://:p@ss@host', {}, null).options).toMatchObject({ host: 'host', password: 'p@ss' });
  });
});
