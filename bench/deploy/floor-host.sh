# The floor's side of the host: what Cutover's own steps do there, in one piece and with nothing between.
# Given as variables before it: path, name, revision, previous (empty at first), oldest (empty while there are few), holder.
set -eu
mkdir -p "$path/releases" "$path/.cutover/releases"
cd "$path"

mkdir .cutover/lock
printf '%s\n' "$holder" > .cutover/lock/holder
serves=$(readlink current || true)
[ "${serves##*/}" = "$previous" ]

export GIT_DIR="$path/.cutover/repo.git"
[ -d "$GIT_DIR" ] || git init -q --bare --template= "$GIT_DIR"
record() { printf '{"name":"%s","state":"%s","at":"%s"}\n' "$1" "$2" "$(date -u +%FT%TZ)" > ".cutover/releases/$1.new"; mv ".cutover/releases/$1.new" ".cutover/releases/$1.json"; }

if [ -n "$oldest" ]; then
  mv "releases/$oldest" "releases/.trash-$oldest"
  rm -f ".cutover/releases/$oldest.json"
  git update-ref -d "refs/cutover/$oldest"
fi

record "$name" building
mkdir "releases/$name"
git index-pack --stdin --fix-thin > /dev/null
git update-ref "refs/cutover/$name" "$revision"
if [ -f .cutover/spare-index ]; then
  rmdir "releases/$name"
  mv releases/.spare "releases/$name"
  GIT_INDEX_FILE="$path/.cutover/spare-index" git --work-tree="$path/releases/$name" read-tree --reset -u "$revision"
  rm .cutover/spare-index
else
  git archive "$revision" | tar -xmf - -C "releases/$name"
fi
printf '%s\n' "$revision" > "releases/$name/REVISION"
ln -s ../../storage "releases/$name/storage"
ln -s ../../.env "releases/$name/.env"

[ -s "releases/$name/public/change.txt" ] && [ -d "releases/$name/storage/" ] && [ -f "releases/$name/.env" ]
sync -f "releases/$name"
record "$name" ready

ln -s "releases/$name" "current.$name"
mv -fT "current.$name" current
[ "$(readlink current)" = "releases/$name" ]
sync -f .
[ -z "$previous" ] || record "$previous" retired
record "$name" live
mv .cutover/lock ".cutover/lock.$name"
rm -r ".cutover/lock.$name"
if [ -n "$oldest" ]; then nice rm -rf "releases/.trash-$oldest" < /dev/null > /dev/null 2>&1 & fi
