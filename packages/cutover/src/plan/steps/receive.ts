import { ScriptExit } from '../../model/failure.ts';
import { incomingDir, releaseRef, repository } from '../../model/layout.ts';
import { aliveFunctions } from '../../shell/alive.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Delivery } from '../delivery.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { digestFunction } from './digest.ts';
import { exactFunctions } from './exact.ts';
import { underLock } from './guard.ts';
import { complete } from './remainder.ts';
import { tellNoRoom } from './room.ts';
import { discardFunction, takeFunction } from './spare.ts';

/** Puts the revision's files into the new release, with the modification time of now, and writes `REVISION`. */
export function receive(job: Job, site: Site, delivery: Delivery): Step {
  const usual = receiving(job, site, {
    id: 'receive',
    title: titleOf(delivery),
    delivery,
    first: delivery.kind === 'pack' ? tellDamage : tellNoRoom({ tidy }),
  });
  return delivery.kind === 'pack' ? { ...usual, otherwise: receiveAnew(job, site, delivery) } : usual;
}

/** Whatever goes wrong with the host's repository: a new one with all objects is made in its place, in the same deployment. */
function receiveAnew(job: Job, site: Site, delivery: Extract<Delivery, { kind: 'pack' }>): Step {
  const whole: Delivery = { ...delivery, payload: delivery.all };
  const damaged = `.cutover/incoming/${job.wish.deployment}/damaged.git`;
  const first = sh`
    rm -rf ${damaged} releases/${job.release}
    [ ! -e .cutover/repo.git ] || mv .cutover/repo.git ${damaged}
    mkdir releases/${job.release}
    ${tellNoRoom({ tidy })}`;
  return receiving(job, site, { id: 'receive-anew', title: 'receive all objects and unpack', delivery: whole, first });
}

/** What git leaves of a pack for which there was no room would never be used, nor removed. */
const tidy = sh`rm -f ${`${repository('.')}/objects/pack`}/tmp_*`;

/** The exit code of everything that fails from here on, but for want of room, says that the repository is of no use. */
const tellDamage = tellNoRoom({
  tidy,
  otherwise: sh`echo "The repository on this host could not be used: it is made anew from a full pack."; exit ${ScriptExit.damaged}`,
});

function receiving(
  job: Job,
  site: Site,
  {
    id,
    title,
    delivery,
    first,
  }: { readonly id: string; readonly title: string; readonly delivery: Delivery; readonly first: Shell },
): Step {
  return step({
    id,
    title,
    effect: {
      kind: 'receive',
      release: job.release,
      takesSpare: delivery.kind === 'pack' || delivery.kind === 'fetch',
    },
    script: lines(
      underLock(site.path, job.wish.deployment),
      first,
      unpack(job, site, delivery),
      sh`
        [ ! -e releases/${job.release}/.git ] || rm -rf releases/${job.release}/.git
        printf '%s\n' ${job.revision.id} > releases/${job.release}/REVISION`,
    ),
    limitMs: job.wish.settings.limits.transferMs,
    payload: delivery.kind === 'fetch' ? null : delivery.payload,
    undo: noUndo('It only fills the release directory, which is removed as a whole.'),
  });
}

function titleOf(delivery: Delivery): string {
  switch (delivery.kind) {
    case 'pack':
      return delivery.payload ? 'receive the changed objects and unpack' : 'unpack the revision';
    case 'archive':
      return 'receive the archive and unpack';
    case 'artifact':
      return 'receive the artifact and unpack';
    case 'fetch':
      return 'fetch the revision and unpack';
  }
}

function unpack(job: Job, site: Site, delivery: Delivery): Shell {
  switch (delivery.kind) {
    case 'pack':
      return lines(
        openRepository(delivery.tree),
        delivery.payload && indexPack,
        sh`tree=${delivery.tree}`,
        unpackTree(job, site),
        delivery.remainder && complete(job, delivery.remainder),
      );
    case 'fetch':
      return lines(openRepository(job.revision.id), fetchRevision(job, delivery), unpackTree(job, site));
    case 'archive':
      return unpackArchive(job, site, sh`${decompress(delivery.payload.compression)} < "$CUTOVER_PAYLOAD"`);
    case 'artifact':
      return unpackArtifact(job, site, delivery);
  }
}

/** The repository is of the kind that the ids are of: SHA-256 where they have 64 digits. */
function openRepository(id: string): Shell {
  const format = id.length === 64 ? ['--object-format=sha256'] : [];
  return sh`
    export GIT_DIR="$PWD/.cutover/repo.git" GIT_TERMINAL_PROMPT=0
    [ -d "$GIT_DIR/objects" ] || git init -q --bare --template= ${format} "$GIT_DIR"`;
}

/**
 * Not flushed by itself: all of it reaches the disk with the release. What the pack builds on is added to it, and stays until packs are joined: it
 * is compressed in the quickest way, for a large file may be among it each time.
 */
const indexPack = sh`
  git -c core.fsync=none -c core.compression=1 index-pack --stdin --fix-thin < "$CUTOVER_PAYLOAD" > /dev/null`;

/** By its id first, which brings nothing else; a server that refuses ids is asked for the ref, which must still hold the id. */
function fetchRevision(job: Job, delivery: Extract<Delivery, { kind: 'fetch' }>): Shell {
  const sha = job.revision.id;
  const within = delivery.subdirectory === null ? `${sha}^{tree}` : `${sha}:${delivery.subdirectory}`;
  return sh`
    git fetch -q --no-tags --depth=1 ${delivery.url} ${sha} 2>/dev/null || git fetch -q --no-tags ${delivery.url} ${delivery.ref}
    git cat-file -e ${`${sha}^{commit}`} || { echo "The remote no longer has this revision."; exit ${ScriptExit.refused}; }
    tree=$(git rev-parse --verify -q ${within}) || { echo "The revision has no directory "${delivery.subdirectory ?? ''}; exit ${ScriptExit.refused}; }
    [ -n "$(git ls-tree -r "$tree" | head -n 1)" ] || { echo "The revision holds no files."; exit ${ScriptExit.refused}; }
    if git ls-tree -r "$tree" | grep -q '^160000 '; then
      echo "The revision has submodules, which are not fetched: send an artifact instead."; exit ${ScriptExit.refused}
    fi`;
}

/**
 * The spare with the change applied where there is one, or else git's own archive of the tree: to write all files anew costs less
 * than to copy the release before and to prove by hash that nobody has changed it. What is in nobody's way of reading gets umask 022.
 */
function unpackTree(job: Job, site: Site): Shell {
  const incoming = `.cutover/incoming/${job.wish.deployment}`;
  return lines(
    sh`
      git update-ref ${releaseRef(job.release)} "$tree" &
      named=$!`,
    exactFunctions,
    aliveFunctions,
    discardFunction,
    takeFunction,
    sh`
      umask 022
      if take_spare ${job.release} "$tree" ${incoming}; then echo "Applied the change to the spare."; else`,
    unpackArchive(job, site, sh`git -c tar.umask=0022 archive --format=tar "$tree"`),
    sh`
      fi
      unset GIT_INDEX_FILE
      wait "$named"
      discard_spares`,
  );
}

/**
 * tar gets the modification time of now (-m): files of one size and one time would be taken for unchanged by ETags. A pipe has
 * the exit code of its end, so what feeds it leaves a mark when it breaks off.
 */
function unpackArchive(job: Job, site: Site, archive: Shell): Shell {
  const failed = `${incomingDir(site.path, job.wish.deployment)}.failed`;
  return sh`
    [ ! -e ${failed} ] || rm -f ${failed}
    { ${archive} || : > ${failed}; } | tar -xmf - -C releases/${job.release}
    [ ! -e ${failed} ] || { rm -f ${failed}; echo "What was to be unpacked broke off."; exit 1; }`;
}

function unpackArtifact(job: Job, site: Site, delivery: Extract<Delivery, { kind: 'artifact' }>): Shell {
  const tar = `${incomingDir(site.path, job.wish.deployment)}/artifact.tar`;
  return lines(
    digestFunction,
    sh`
      mkdir -p ${incomingDir(site.path, job.wish.deployment)}
      ${decompress(delivery.payload.compression)} < "$CUTOVER_PAYLOAD" > ${tar}
      [ "$(digest < ${tar})" = ${delivery.payload.digest.replace('sha256:', '')} ] || { echo "What arrived is not what was sent: the digests differ."; exit 1; }`,
    unpackArchive(job, site, sh`cat ${tar}`),
    sh`rm -f ${tar}`,
  );
}

function decompress(compression: 'zstd' | 'gzip' | 'none'): Shell {
  switch (compression) {
    case 'zstd':
      return sh`zstd -dcq`;
    case 'gzip':
      return sh`gzip -dc`;
    case 'none':
      return sh`cat`;
  }
}
