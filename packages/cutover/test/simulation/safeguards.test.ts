import { describe, it } from 'node:test';
import { apart } from '../kit/apart.ts';
import { nameOf, removals, within } from './removals.ts';

const module = new URL('removals.ts', import.meta.url);

describe('the simulation, where a safeguard is missing,', () => {
  for (const name of removals.map(nameOf))
    it(`notices within ${within} seeds: ${name}`, () => apart(module, 'isNoticed', name));
});
