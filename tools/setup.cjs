// Makes a fresh machine ready: Node 24 with its npm in .node/, packages in node_modules/. It runs on whatever Node is there
// (18 or newer), so it is CommonJS without types, and prints the directory that belongs in front of PATH (or nothing).
// Everything is installed under a name of its own and then renamed, so that neither an interrupted nor a second run at the
// same moment leaves half of it behind.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const home = path.join(root, '.node');
const npmVersion = '11.19.1';
const staleMs = 3_600_000;

const bin = useNode();
usePackages();
process.stdout.write(bin);

function useNode() {
  if (isNewEnough(process.versions.node)) return '';
  const target = path.join(home, '24');
  const nodeBin = path.join(target, 'node_modules', '.bin');
  if (fs.existsSync(nodeBin)) return nodeBin;
  const name = nodePackage();
  say(`fetching Node 24 (${name}) and npm from the npm registry into .node/ ...`);
  inStaging((staging) => {
    fs.writeFileSync(path.join(staging, 'package.json'), '{ "private": true }\n');
    npm(process.env.PATH, staging, ['install', '--no-save', `${name}@>=24.11 <25`, `npm@${npmVersion}`]);
    move(staging, target);
  });
  return nodeBin;
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 11);
}

/** The names that the registry's `node` package itself goes by: Apple's arm64 has a prefix of its own. */
function nodePackage() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

function usePackages() {
  if (hasPackages()) return;
  say('installing the packages of package-lock.json ...');
  inStaging((staging) => {
    for (const file of [
      'package.json',
      'package-lock.json',
      '.npmrc',
      ...workspaces().map((name) => `${name}/package.json`),
    ]) {
      fs.cpSync(path.join(root, file), path.join(staging, file));
    }
    npm(bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH, staging, ['ci']);
    fs.cpSync(path.join(staging, 'package-lock.json'), path.join(staging, 'node_modules', '.installed'));
    if (hasPackages()) return;
    for (const directory of [...workspaces(), '.']) replace(staging, path.join(directory, 'node_modules'));
  });
}

/** `.installed` is the lock file that node_modules was made from; npm's own mark is a time, which a checkout changes. */
function hasPackages() {
  const mark = path.join(root, 'node_modules', '.installed');
  return fs.existsSync(mark) && fs.readFileSync(mark).equals(fs.readFileSync(path.join(root, 'package-lock.json')));
}

function workspaces() {
  return fs
    .readdirSync(path.join(root, 'packages'))
    .map((name) => path.join('packages', name))
    .filter((name) => fs.existsSync(path.join(root, name, 'package.json')));
}

function npm(searchPath, directory, args) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const { status, error } = spawnSync('npm', [...args, ...flags], {
    cwd: directory,
    env: { ...process.env, PATH: searchPath },
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  const what = error ? ` (${error.message})` : '';
  throw new Error(
    `npm ${args[0]} failed${what}. Is the npm registry reachable? Node >= 24.11 in PATH is used instead of a fetched one.`,
  );
}

function replace(staging, name) {
  const made = path.join(staging, name);
  const target = path.join(root, name);
  if (fs.existsSync(target)) move(target, path.join(staging, `old-${name.replaceAll(path.sep, '-')}`));
  if (fs.existsSync(made)) move(made, target);
}

/** Somebody else who did the same at the same moment is as good. */
function move(from, to) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code)) throw error;
  }
}

function inStaging(work) {
  fs.mkdirSync(home, { recursive: true });
  removeStale();
  const staging = fs.mkdtempSync(path.join(home, 'staging-'));
  fs.chmodSync(staging, 0o755);
  try {
    work(staging);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
  fs.rmSync(staging, { recursive: true, force: true });
  if (process.exitCode) process.exit();
}

/** What interrupted runs left. */
function removeStale() {
  for (const name of fs.readdirSync(home).filter((name) => name.startsWith('staging-'))) {
    const directory = path.join(home, name);
    const age = Date.now() - (fs.statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleMs) fs.rmSync(directory, { recursive: true, force: true });
  }
}

function say(text) {
  process.stderr.write(`dev: ${text}\n`);
}
