import { expect, it } from 'vitest';
import { aConnection } from '../connections/fixtures';
import { rolesOf } from './roles';

it('a site is what its living connections make of it', () => {
  const connections = [aConnection(), aConnection({ kind: 'cross-site' })];
  expect(rolesOf('s1', connections)).toEqual(['Source', 'Cross-site']);
  expect(rolesOf('s2', connections)).toEqual(['Standby', 'Cross-site']);
  expect(rolesOf('s2', [aConnection({ status: 'revoked' })])).toEqual([]);
});
