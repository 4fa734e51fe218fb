#!/bin/sh
# Records the io_uring tracepoints of this machine while a command runs, as one of three programs writes them:
#
#   record.sh tracefs|trace-cmd|perf OUT COMMAND [ARGUMENT...]
#
# As root, with tracefs mounted. It uses a tracing instance of its own, which is gone afterwards. All tasks are
# recorded: io-wq workers, SQ threads and kernel threads complete requests too, so a filter by process would lose
# completions. io_uring_task_work_run is left out: an idle SQ thread writes it a hundred thousand times a second.
set -eu
format=$1 out=$2
shift 2
tracing=/sys/kernel/tracing
name=ringspec-record-$$
instance=$tracing/instances/$name

if [ "$format" = perf ]; then
	perf record --quiet --all-cpus --event 'io_uring:*' --output "$out.data" -- "$@"
	perf script --show-lost-events --input "$out.data" | grep --invert-match task_work_run: >"$out"
	rm "$out.data"
	exit
fi

mkdir "$instance"
trap 'rmdir "$instance" 2>/dev/null || true' EXIT
echo 0 >"$instance/tracing_on"
echo 16384 >"$instance/buffer_size_kb"
echo 1 >"$instance/events/io_uring/enable"
echo 0 >"$instance/events/io_uring/io_uring_task_work_run/enable"
# Only now, when every event is enabled: a completion whose submission was not recorded looks like a wrong one.
echo 1 >"$instance/tracing_on"
status=0
"$@" || status=$?
sleep 0.2
echo 0 >"$instance/tracing_on"
if [ "$format" = trace-cmd ]; then
	trace-cmd extract -B "$name" -o "$out.dat" >/dev/null
	trace-cmd report -i "$out.dat" >"$out"
	rm "$out.dat"
else
	cat "$instance/trace" >"$out"
fi
exit $status
