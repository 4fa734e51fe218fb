/*
 * A small program that uses linked requests as applications do: soft and hard links, failures in every place, link
 * timeouts that fire and that lose, drains, skipped completions, punted and canceled members. Raw system calls, so
 * that it needs nothing but a compiler. Each round does every chain once; the results are checked as well, so that
 * a recorded log is known to come from a run that went as it should.
 *
 *   cc -O1 -o linkedRequests linkedRequests.c && ./linkedRequests ROUNDS
 *
 * Exit code 0: all as expected; 1: a result differs, and is printed; 77: no io_uring here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 32
#define SQE_NOP_INJECT_RESULT 1u
#define RING_BYTES (1u << 16)
#define WAIT_SECONDS_MAX 5

struct ring {
	int fd;
	uint8_t *shared;
	struct io_uring_sqe *sqes;
	struct io_uring_params p;
	unsigned queued;
};

/* user_data of a request: the round in the upper half, its place in the chain in the lower. */
static uint64_t name_of(unsigned round, unsigned place)
{
	return (uint64_t)(round + 1) << 32 | place;
}

static uint32_t *word(struct ring *r, uint32_t offset)
{
	return (uint32_t *)(r->shared + offset);
}

static void open_ring(struct ring *r, unsigned flags)
{
	memset(r, 0, sizeof(*r));
	r->p.flags = flags;
	r->fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &r->p);
	if (r->fd < 0) {
		fprintf(stderr, "io_uring_setup: %s\n", strerror(errno));
		exit(77);
	}
	r->shared = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQ_RING);
	r->sqes = mmap(NULL, ENTRIES * sizeof(*r->sqes), PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQES);
	if (r->shared == MAP_FAILED || r->sqes == MAP_FAILED) {
		perror("mmap");
		exit(77);
	}
}

static void close_ring(struct ring *r)
{
	munmap(r->shared, RING_BYTES);
	munmap(r->sqes, ENTRIES * sizeof(*r->sqes));
	close(r->fd);
}

static struct io_uring_sqe *queue(struct ring *r, int opcode, int flags, uint64_t user_data)
{
	unsigned tail = *word(r, r->p.sq_off.tail);
	unsigned index = tail & (ENTRIES - 1);
	struct io_uring_sqe *sqe = &r->sqes[index];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = (uint8_t)opcode;
	sqe->flags = (uint8_t)flags;
	sqe->fd = -1;
	sqe->user_data = user_data;
	word(r, r->p.sq_off.array)[index] = index;
	__atomic_store_n(word(r, r->p.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	r->queued++;
	return sqe;
}

static void nop(struct ring *r, int flags, uint64_t user_data, int res)
{
	struct io_uring_sqe *sqe = queue(r, IORING_OP_NOP, flags, user_data);

	sqe->len = (uint32_t)res;
	sqe->rw_flags = res == 0 ? 0 : SQE_NOP_INJECT_RESULT;
}

static void rw(struct ring *r, int opcode, int flags, uint64_t user_data, int fd, void *at, unsigned len)
{
	struct io_uring_sqe *sqe = queue(r, opcode, flags, user_data);

	sqe->fd = fd;
	sqe->addr = (uintptr_t)at;
	sqe->len = len;
	sqe->off = (uint64_t)-1;
}

static void link_timeout(struct ring *r, int flags, uint64_t user_data, struct __kernel_timespec *ts)
{
	struct io_uring_sqe *sqe = queue(r, IORING_OP_LINK_TIMEOUT, flags, user_data);

	sqe->addr = (uintptr_t)ts;
	sqe->len = 1;
}

/* Submits what is queued, waits for the completions, and compares: `expected` in the order of the places. */
static int expect(struct ring *r, const char *what, unsigned round, unsigned count, const int *expected)
{
	struct __kernel_timespec limit = { .tv_sec = WAIT_SECONDS_MAX };
	struct io_uring_getevents_arg arg = { .ts = (uintptr_t)&limit };
	unsigned seen = 0;
	int wrong = 0;

	while (seen < count) {
		unsigned head = *word(r, r->p.cq_off.head);
		int ret = (int)syscall(SYS_io_uring_enter, r->fd, r->queued, 1,
				       IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG |
					       (r->p.flags & IORING_SETUP_SQPOLL ? IORING_ENTER_SQ_WAKEUP : 0),
				       &arg, sizeof(arg));
		if (ret < 0) {
			printf("%s, round %u: enter: %s after %u of %u completions\n", what, round, strerror(errno), seen,
			       count);
			return 1;
		}
		r->queued = 0;
		for (; head != __atomic_load_n(word(r, r->p.cq_off.tail), __ATOMIC_ACQUIRE); head++, seen++) {
			struct io_uring_cqe *cqes = (struct io_uring_cqe *)(r->shared + r->p.cq_off.cqes);
			struct io_uring_cqe *cqe = &cqes[head & (r->p.cq_entries - 1)];
			unsigned place = (unsigned)(cqe->user_data & 0xffffffff);

			if (cqe->user_data >> 32 != round + 1 || cqe->res != expected[place]) {
				printf("%s, round %u: %llx gave %d\n", what, round, (unsigned long long)cqe->user_data,
				       cqe->res);
				wrong = 1;
			}
		}
		__atomic_store_n(word(r, r->p.cq_off.head), head, __ATOMIC_RELEASE);
	}
	return wrong;
}

#define L IOSQE_IO_LINK
#define H IOSQE_IO_HARDLINK
/* A round ends at the first thing that is not as it should be: what comes after would wait in vain. */
#define EXPECT(what, ...)                                                                                            \
	do {                                                                                                         \
		const int expected[] = { __VA_ARGS__ };                                                              \
		if (expect(r, what, round, sizeof(expected) / sizeof(expected[0]), expected))                        \
			return 1;                                                                                    \
	} while (0)

static int one_round(struct ring *r, unsigned round, int file, const int *pipe_fds)
{
	struct __kernel_timespec soon = { .tv_nsec = 500 * 1000 }, never = { .tv_sec = 3600 };
	char page[64] = "ringspec", in[256];

#define N(place) name_of(round, place)

	nop(r, L, N(0), 0);
	nop(r, L, N(1), 0);
	nop(r, 0, N(2), 0);
	EXPECT("three in a row", 0, 0, 0);

	nop(r, L, N(0), 0);
	nop(r, L, N(1), -EIO);
	nop(r, L, N(2), 0);
	nop(r, H, N(3), 0);
	nop(r, 0, N(4), 0);
	EXPECT("a failure in a soft chain", 0, -EIO, -ECANCELED, -ECANCELED, -ECANCELED);

	nop(r, H, N(0), -EIO);
	nop(r, H, N(1), 0);
	nop(r, L, N(2), -ENXIO);
	nop(r, 0, N(3), 0);
	EXPECT("a failure in a hard chain", -EIO, 0, -ENXIO, -ECANCELED);

	nop(r, H, N(0), 0);
	queue(r, 255, L, N(1));
	nop(r, L, N(2), 0);
	nop(r, 0, N(3), 0);
	EXPECT("a failing prep", -ECANCELED, -EINVAL, -ECANCELED, -ECANCELED);

	rw(r, IORING_OP_WRITE, L, N(0), file, page, sizeof(page));
	queue(r, IORING_OP_FSYNC, L, N(1))->fd = file;
	rw(r, IORING_OP_READ, L, N(2), file, in, sizeof(in));
	rw(r, IORING_OP_WRITE, 0, N(3), file, page, sizeof(page));
	EXPECT("write, fsync, a read at the end", sizeof(page), 0, 0, -ECANCELED);

	rw(r, IORING_OP_READ, L, N(0), pipe_fds[0], in, 8);
	link_timeout(r, L, N(1), &soon);
	nop(r, L, N(2), 0);
	nop(r, 0, N(3), 0);
	EXPECT("a link timeout that fires", -ECANCELED, -ETIME, -ECANCELED, -ECANCELED);

	rw(r, IORING_OP_READ, L, N(0), pipe_fds[0], in, 8);
	link_timeout(r, L, N(1), &never);
	nop(r, 0, N(2), 0);
	rw(r, IORING_OP_WRITE, 0, N(3), pipe_fds[1], page, 8);
	EXPECT("a link timeout that loses", 8, -ECANCELED, 0, 8);

	rw(r, IORING_OP_READ, H, N(0), pipe_fds[0], in, 8);
	link_timeout(r, L, N(1), &soon);
	nop(r, 0, N(2), 0);
	EXPECT("a link timeout on a hard link", -ECANCELED, -ETIME, 0);

	nop(r, L, N(0), -EIO);
	link_timeout(r, L, N(1), &never);
	nop(r, L, N(2), 0);
	link_timeout(r, 0, N(3), &never);
	EXPECT("link timeouts in a severed chain", -EIO, -ECANCELED, -ECANCELED, -ECANCELED);

	nop(r, IOSQE_ASYNC | L, N(0), 0);
	nop(r, L, N(1), 0);
	nop(r, 0, N(2), 0);
	nop(r, IOSQE_IO_DRAIN | L, N(3), 0);
	nop(r, L, N(4), -EIO);
	nop(r, 0, N(5), 0);
	nop(r, 0, N(6), 0);
	EXPECT("a drained chain", 0, 0, 0, 0, -EIO, -ECANCELED, 0);

	/* What comes first after a drain is punted: a head that blocks in a worker would not be found by a cancel. */
	nop(r, 0, N(0), 0);
	EXPECT("the first request after a drain", 0);

	rw(r, IORING_OP_READ, L, N(0), pipe_fds[0], in, 8);
	nop(r, L, N(1), 0);
	nop(r, 0, N(2), 0);
	queue(r, IORING_OP_ASYNC_CANCEL, L, N(3))->addr = N(0);
	nop(r, 0, N(4), 0);
	EXPECT("a canceled head", -ECANCELED, -ECANCELED, -ECANCELED, 0, 0);

	nop(r, L, N(0), 0);
	nop(r, L, N(1), 0);
	EXPECT("a chain that the submission's end closes", 0, 0);
	return 0;
}

/* Skipped completions, on a ring of their own: there is no drain behind them. */
static int skips(struct ring *r, unsigned round)
{
	nop(r, L | IOSQE_CQE_SKIP_SUCCESS, N(9), 0);
	nop(r, L, N(0), -EIO);
	nop(r, IOSQE_CQE_SKIP_SUCCESS, N(1), 0);
	EXPECT("a skipped member that is canceled", -EIO, -ECANCELED);

	nop(r, L | IOSQE_CQE_SKIP_SUCCESS, N(0), -EIO);
	nop(r, L, N(9), 0);
	nop(r, 0, N(9), 0);
	EXPECT("a failing skipped member silences the rest", -EIO);
	return 0;
}

int main(int argc, char **argv)
{
	static const unsigned modes[] = {
		0,
		IORING_SETUP_SUBMIT_ALL,
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
		IORING_SETUP_COOP_TASKRUN,
	};
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
	char path[] = "/tmp/linkedRequestsXXXXXX";
	int file = mkstemp(path), pipe_fds[2], wrong = 0;

	if (file < 0 || unlink(path) != 0 || pipe(pipe_fds) != 0) {
		perror("a temporary file and a pipe");
		return 77;
	}
	for (unsigned mode = 0; mode < sizeof(modes) / sizeof(modes[0]) && !wrong; mode++) {
		struct ring ring, skipping;

		open_ring(&ring, modes[mode]);
		open_ring(&skipping, modes[mode]);
		for (unsigned round = 0; round < rounds && !wrong; round++)
			wrong = one_round(&ring, round, file, pipe_fds) || skips(&skipping, round);
		close_ring(&ring);
		close_ring(&skipping);
	}
	return wrong;
}
