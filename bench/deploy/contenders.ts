import { type Contender } from './contender.ts';
import { cutover } from './cutover.ts';
import { floor } from './floor.ts';
import { capistrano } from './peers/capistrano.ts';
import { pm2 } from './peers/pm2.ts';
import { shipit } from './peers/shipit.ts';

/** All that take part, in the order of the tables: what is compared with, Cutover, the peers. */
export const contenders: readonly Contender[] = [floor, cutover, capistrano, shipit, pm2];
