import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A deploy path as another tool left it. */
export interface Foreign {
  readonly tool: 'deployer' | 'capistrano' | 'envoyer' | 'mina' | 'shipit';
  /** The layout that the config must have. */
  readonly layout: 'shared' | 'envoyer';
  /** The release in service, and the ones before it that served. */
  readonly live: string;
  readonly served: readonly string[];
  /** Releases that never served, or that were rolled back from. */
  readonly others: readonly string[];
  /** Makes it. */
  build(path: string, link: 'absolute' | 'relative'): void;
}

/** As each tool leaves its deploy path after a few deployments, one of which failed. */
export const foreigners: readonly Foreign[] = [
  {
    tool: 'deployer',
    layout: 'shared',
    live: '5',
    served: ['1', '4'],
    others: ['2', '3'],
    build(path, link) {
      for (const name of ['1', '3', '4', '5'])
        release(path, name, { storage: 'shared/storage', '.env': 'shared/.env' });
      // It failed while its code was unpacked; Deployer had written it into its log before.
      write(join(path, 'releases/2/index.html'), 'half of 2\n');
      write(join(path, 'releases/3/BAD_RELEASE'), '2026-03-03T10:00:00+0000,ann\n');
      write(join(path, 'shared/storage/upload.txt'), 'kept\n');
      write(join(path, 'shared/.env'), 'APP_ENV=production\n');
      write(join(path, '.dep/latest_release'), '5\n');
      write(join(path, '.dep/releases_log'), ['1', '2', '3', '4', '5'].map(deployerLine).join(''));
      current(path, '5', link);
    },
  },
  {
    tool: 'capistrano',
    layout: 'shared',
    live: '20260304100000',
    served: ['20260301100000', '20260302100000'],
    others: ['20260303100000'],
    build(path, link) {
      for (const name of ['20260301100000', '20260302100000', '20260303100000', '20260304100000'])
        release(path, name, { storage: 'shared/storage', '.env': 'shared/.env' });
      write(join(path, 'shared/storage/upload.txt'), 'kept\n');
      write(join(path, 'shared/.env'), 'APP_ENV=production\n');
      write(join(path, 'repo/HEAD'), 'ref: refs/heads/main\n');
      write(
        join(path, 'revisions.log'),
        ['20260301100000', '20260302100000', '20260304100000']
          .map((name) => `Branch main (at 1f0c9b7f3a5d) deployed as release ${name} by ann\n`)
          .join(''),
      );
      current(path, '20260304100000', link);
    },
  },
  {
    tool: 'envoyer',
    layout: 'envoyer',
    live: '20260304100000',
    served: ['20260301100000', '20260302100000'],
    others: ['20260303100000'],
    build: (path, link) => nothingElse(path, link, { shared: '.', revisionIn: [] }),
  },
  {
    tool: 'mina',
    layout: 'shared',
    live: '11',
    served: ['9', '10'],
    others: ['8'],
    build(path, link) {
      for (const name of ['9', '10', '11']) {
        release(path, name, { storage: 'shared/storage', '.env': 'shared/.env' }, ['.mina_git_revision']);
      }
      write(join(path, 'releases/8/index.html'), 'emptied by hand\n');
      write(join(path, 'shared/storage/upload.txt'), 'kept\n');
      write(join(path, 'shared/.env'), 'APP_ENV=production\n');
      write(join(path, 'scm/HEAD'), 'ref: refs/heads/main\n');
      current(path, '11', link);
    },
  },
  {
    tool: 'shipit',
    layout: 'shared',
    live: '20260304100000',
    served: ['20260301100000', '20260302100000'],
    others: ['20260303100000'],
    build: (path, link) => nothingElse(path, link, { shared: 'shared' }),
  },
];

/** What tools leave that keep nothing of their own beside their releases. */
function nothingElse(
  path: string,
  link: 'absolute' | 'relative',
  { shared, revisionIn }: { readonly shared: string; readonly revisionIn?: readonly string[] },
): void {
  for (const name of ['20260301100000', '20260302100000', '20260304100000'])
    release(path, name, { storage: join(shared, 'storage'), '.env': join(shared, '.env') }, revisionIn);
  // It failed before its shared paths were linked.
  write(join(path, 'releases/20260303100000/index.html'), 'half of it\n');
  write(join(path, shared, 'storage/upload.txt'), 'kept\n');
  write(join(path, shared, '.env'), 'APP_ENV=production\n');
  current(path, '20260304100000', link);
}

function release(
  path: string,
  name: string,
  links: Readonly<Record<string, string>>,
  revisionIn: readonly string[] = ['REVISION'],
): void {
  write(join(path, 'releases', name, 'index.html'), `${name}\n`);
  for (const file of revisionIn)
    write(join(path, 'releases', name, file), '1f0c9b7f3a5d4e6b8c9d0e1f2a3b4c5d6e7f8091\n');
  for (const [from, to] of Object.entries(links)) symlinkSync(join('../..', to), join(path, 'releases', name, from));
}

function current(path: string, name: string, link: 'absolute' | 'relative'): void {
  symlinkSync(link === 'absolute' ? join(path, 'releases', name) : join('releases', name), join(path, 'current'));
}

function deployerLine(name: string): string {
  const line = { created_at: `2026-03-0${name}T10:00:00+0000`, release_name: name, user: 'ann', target: 'main' };
  return `${JSON.stringify(line)}\n`;
}

function write(file: string, text: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}
