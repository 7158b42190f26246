import { command, type Recipe } from './recipe.ts';
import { noRoutine } from './tasks.ts';

const node = {
  npm: command('npm ci', ['package.json', 'package-lock.json']),
  pnpm: command('pnpm install --frozen-lockfile', ['package.json', 'pnpm-lock.yaml']),
  yarn: command('yarn install --immutable', ['package.json', 'yarn.lock']),
};

/** Files that are served as they are. */
export const staticSite: Recipe = {
  name: 'static',
  title: 'Static site',
  description: 'Files that a web server serves as they are.',
  app: { kind: 'static', root: null, entry: null, start: null },
  shared: [],
  writable: [],
  assets: [],
  isolations: [],
  routine: noRoutine,
  skips: null,
  proposes: { build: [], 'before activate': [], 'after activate': [] },
};

/** A Node application: its dependencies are installed in each release. */
export const nodeApplication: Recipe = {
  ...staticSite,
  name: 'node',
  title: 'Node application',
  description: 'A Node application whose dependencies are installed in each release, and whose process runs in it.',
  app: { kind: 'process', root: null, entry: null, start: 'npm start' },
  proposes: { build: [node.npm, node.pnpm, node.yarn], 'before activate': [], 'after activate': [] },
};
