#!/usr/bin/env node
// Runs on whatever Node there is, so it is written in what old ones read too: it says which Node is needed, or starts.
'use strict';

const needed = { major: 24, minor: 11 };
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed.major || (major === needed.major && minor < needed.minor)) refuse();
else start();

function refuse() {
  console.error(
    `Cutover needs Node ${needed.major}.${needed.minor} or newer; this is ${process.version}, and nothing was done.\n` +
      `Install it from https://nodejs.org, or run: npx -p node@${needed.major} -p cutover cutover`,
  );
  process.exitCode = 2;
}

/** The source is there in the repository only; a dist beside it may be older than it. */
function start() {
  const { existsSync } = require('node:fs');
  const { join } = require('node:path');
  const { pathToFileURL } = require('node:url');
  const { enableCompileCache, registerHooks } = require('node:module');
  enableCompileCache(cacheDirectory());
  if (registerHooks) registerHooks({ resolve });
  const source = join(__dirname, '../src/cli/main.ts');
  const main = existsSync(source) ? source : join(__dirname, '../dist/cli/main.js');
  import(pathToFileURL(main).href);
}

/** Modules name their neighbours by the file: to look up what is meant would be a third of what it costs to load them. */
function resolve(specifier, context, next) {
  const isNeighbour = /^\.\.?\//.test(specifier) && context.conditions.includes('import');
  return isNeighbour
    ? { url: new URL(specifier, context.parentURL).href, shortCircuit: true }
    : next(specifier, context);
}

/** Compiled code is run as it is found: it lies in the user's own directory, not in the temporary one that all may write to. */
function cacheDirectory() {
  const { homedir } = require('node:os');
  const { join } = require('node:path');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cutover', 'compiled');
}
