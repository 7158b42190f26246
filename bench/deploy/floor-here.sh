# The floor's side of the driver: one thin pack, then one ssh to each host with the whole deployment as its command.
# Arguments: <ssh config> <work tree> <pack> <new commit> <deployed commit, or empty> <script for the host> <host>...
set -eu
config=$1 tree=$2 pack=$3 new=$4 old=$5 script=$6
shift 6
if [ -n "$old" ]; then known=^$old search=; else known="--shallow $new" search=--window=0; fi
printf '%s\n' "$known" "$new" | git -C "$tree" pack-objects --revs --thin $search --stdout -q > "$pack"
# So many at a time as Cutover has.
printf '%s\n' "$@" | xargs -P 50 -I @host sh -c 'exec ssh -F "$1" "$2" "$3" < "$4"' sh "$config" @host "$script" "$pack"
