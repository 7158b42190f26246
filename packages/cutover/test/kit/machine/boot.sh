# Starts systemd on $MACHINE/root, in the control group $GROUP. The first half runs out here, the second in the new namespaces.
if [ -z "${INSIDE-}" ]; then
  echo $$ > "$GROUP/cgroup.procs"
  INSIDE=yes exec setpriv --pdeathsig KILL unshare --pid --fork --mount --cgroup --uts --ipc --kill-child=KILL --propagation private sh -eu "$0"
fi
root=$MACHINE/root
read_only() { mount --bind "$1" "$2" && mount -o remount,bind,ro "$2"; }

mount --bind "$root" "$root"
read_only /usr "$root/usr"
mount -t tmpfs -o mode=755 tmpfs "$root/usr/local"
mkdir "$root/usr/local/bin"
: > "$root/usr/local/bin/node"
read_only "$NODE" "$root/usr/local/bin/node"
mount --bind "$MACHINE/srv" "$root/srv"

# Units that the test wrote, and no others.
for place in system user; do read_only "$MACHINE/units" "$root/usr/lib/systemd/$place"; done
for place in "$root"/usr/lib/systemd/*-generators; do mount -t tmpfs tmpfs "$place"; done

mount -t proc proc "$root/proc"
read_only "$root/proc/sys" "$root/proc/sys"
read_only "$MACHINE/boot-id" "$root/proc/sys/kernel/random/boot_id"
[ ! -e /proc/sysrq-trigger ] || read_only /dev/null "$root/proc/sysrq-trigger"

for place in run tmp dev sys; do mount -t tmpfs -o mode=755 tmpfs "$root/$place"; done
chmod 1777 "$root/tmp"
mkdir -p "$root/sys/fs/cgroup" "$root/dev/pts" "$root/dev/shm" "$root/run/sshd" "$root/run/before"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
for device in null zero full random urandom tty; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"

cd "$root"
pivot_root . run/before
cd /
umount -l /run/before
rmdir /run/before
hostname machine
exec setpriv --bounding-set -sys_time,-sys_module,-sys_boot,-sys_rawio,-mknod,-syslog,-mac_admin,-mac_override,-net_admin,-linux_immutable,-audit_control,-audit_read,-wake_alarm,-bpf,-perfmon \
  env -i container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=machine.target --show-status=no
