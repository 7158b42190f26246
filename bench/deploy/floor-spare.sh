# Makes the floor's spare of a revision, when nobody measures. Arguments: <deploy path> <revision>
set -eu
cd "$1"
mkdir releases/.spare
export GIT_DIR="$PWD/.cutover/repo.git" GIT_INDEX_FILE="$PWD/.cutover/spare-index.new" GIT_WORK_TREE="$PWD/releases/.spare"
git read-tree "$2"
git checkout-index -a
sleep 1.1
git update-index -q --refresh
mv .cutover/spare-index.new .cutover/spare-index
