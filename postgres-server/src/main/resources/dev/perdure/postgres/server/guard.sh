# SPDX-License-Identifier: Apache-2.0
#
# The guard of one server: guard.sh DIRECTORY PG_CTL..., with the server's data in DIRECTORY/data. Orders come line by
# line on the standard input, and each is answered with an exit code. The input ends when the process that gives the
# orders ends, however it ends, even killed: then the server is stopped and the directory deleted.
directory=$1
shift

# Whoever interrupts a terminal's foreground processes means the process that gives the orders, and so ends the input.
trap '' HUP INT TERM

start() {
    "$@" start -s -w -t 120 -D "$directory/data" -l "$directory/log" >> "$directory/log" 2>&1
}

# As if it crashed: no session is heard out, no checkpoint is written.
stop() {
    "$@" stop -s -w -t 120 -m immediate -D "$directory/data" >> "$directory/log" 2>&1
}

while read -r order; do
    "$order" "$@"
    echo "$?"
done
[ ! -e "$directory/data/postmaster.pid" ] || stop "$@"
rm -rf "$directory"
