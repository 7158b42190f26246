import type { Contender } from './contender.ts';
import { cutover, cutoverSpare } from './cutover.ts';
import { floor, floorSpare } from './floor.ts';
import { cutoverOpen, floorOpen } from './open.ts';
import { capistrano } from './peers/capistrano.ts';
import { deployerWay } from './peers/deployer.ts';
import { mina } from './peers/mina.ts';
import { pm2 } from './peers/pm2.ts';
import { rsync } from './peers/rsync.ts';
import { shipit } from './peers/shipit.ts';

/** All that take part, in the order of the tables: what is compared with, Cutover, the peers. */
export const contenders: readonly Contender[] = [
  floor,
  floorSpare,
  floorOpen,
  cutover,
  cutoverSpare,
  cutoverOpen,
  rsync,
  mina,
  deployerWay,
  capistrano,
  shipit,
  pm2,
];
