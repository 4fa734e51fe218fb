/*
 * The guest's first process: mounts what node needs, runs the guest's entry with the second serial port as its
 * descriptor 3, and ends the machine. Linked statically, since it runs before anything else does.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define RESULTS "/dev/ttyS1"
#define RESULTS_FD 3
#define LIMIT_FILE "/job/seconds"

/* QEMU runs with -no-reboot: it ends. Nothing is on a disk that would have to be synced. */
static void end(int signal_number)
{
	(void)signal_number;
	reboot(RB_AUTOBOOT);
	_exit(1);
}

static void mount_or_end(const char *type, const char *place)
{
	if (mount(type, place, type, 0, NULL) != 0) {
		perror(place);
		end(0);
	}
}

/* Raw, or the terminal would turn newlines into pairs of characters and echo. */
static int open_results(void)
{
	struct termios settings;
	int fd = open(RESULTS, O_RDWR | O_NOCTTY);

	if (fd < 0 || tcgetattr(fd, &settings) != 0) {
		perror(RESULTS);
		end(0);
	}
	cfmakeraw(&settings);
	cfsetspeed(&settings, B115200);
	if (tcsetattr(fd, TCSANOW, &settings) != 0) {
		perror(RESULTS);
		end(0);
	}
	return fd;
}

/* A host that was killed leaves nobody who would end QEMU. */
static void limit_time(void)
{
	FILE *file = fopen(LIMIT_FILE, "r");
	unsigned int seconds = 0;

	if (file == NULL || fscanf(file, "%u", &seconds) != 1 || seconds == 0) {
		fprintf(stderr, "%s does not say how long the guest may run\n", LIMIT_FILE);
		end(0);
	}
	fclose(file);
	signal(SIGALRM, end);
	alarm(seconds);
}

int main(void)
{
	char *arguments[] = { "/bin/node", "/app/kernel/guest/main.js", NULL };
	char *environment[] = { "PATH=/bin", "HOME=/tmp", "UV_USE_IO_URING=0", NULL };
	pid_t node, ended;
	int results, status = 0;

	mount_or_end("proc", "/proc");
	mount_or_end("sysfs", "/sys");
	mount_or_end("devtmpfs", "/dev");
	mount_or_end("tmpfs", "/tmp");
	limit_time();
	results = open_results();

	node = fork();
	if (node == 0) {
		if (results != RESULTS_FD)
			dup2(results, RESULTS_FD);
		execve(arguments[0], arguments, environment);
		perror(arguments[0]);
		_exit(127);
	}
	/* Helpers whose parent was killed become our children. */
	do {
		ended = waitpid(-1, &status, 0);
	} while (ended != node && ended >= 0);
	fprintf(stderr, "node ended with status 0x%x\n", status);
	tcdrain(results);
	tcdrain(STDERR_FILENO);
	end(0);
}
