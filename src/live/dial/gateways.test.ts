import { expect, test } from 'vitest';
import { Gateways } from './gateways.ts';
import type { Endpoint } from '../network/endpoint.ts';

const ENDPOINTS = [1, 2, 3].map((port): Endpoint => ({
  address: '127.0.0.1',
  port,
  secure: false,
  hostName: '',
  authority: '',
  path: '/',
}));

test('clients spread over the gateways, and each dials the next one each time', () => {
  const gateways = new Gateways(ENDPOINTS, 3);
  const dial = (client: number): number => gateways.next(client, client).port;
  expect([0, 1, 2].map(dial)).toEqual([1, 2, 3]);
  expect([0, 0, 2].map(dial)).toEqual([2, 3, 1]);
});

test('only those in rotation are dialled, and all of them when there are none', () => {
  const gateways = new Gateways(ENDPOINTS, 1);
  const dials = (): number[] => Array.from({ length: 6 }, () => gateways.next(0, 0).port);
  gateways.rotate([0, 2]);
  expect(dials()).toEqual([1, 3, 1, 3, 1, 3]);
  gateways.rotate([1]);
  expect(dials()).toEqual([2, 2, 2, 2, 2, 2]);
  gateways.rotate([]);
  expect(dials()).toEqual([1, 2, 3, 1, 2, 3]);
});
