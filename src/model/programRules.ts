/** The rules of loop hooks (LOOP) and of custom operations (BOP), in the form of rules.ts. Read, not run: no kernel here has them. */

export const LOOP_RULES = {
  "LOOP-01": [
    "Attaching needs DEFER_TASKRUN and neither SQPOLL nor IOPOLL, else -EOPNOTSUPP",
    "bpf_io_reg (bpf-ops.c, 7.1)",
  ],
  "LOOP-02": [
    "A ring has one loop hook: attaching another is -EBUSY",
    "bpf_io_reg (bpf-ops.c, 7.1); liburing test/bpf_nops.c",
  ],
  "LOOP-03": [
    "An ops map that is bound to a ring takes no other, -EBUSY; before 7.1.5 it does, and one ring keeps a pointer to freed ops",
    "bpf_io_reg, bpf_io_unreg (bpf-ops.c, 7.1 and 7.1.5); CVE-2026-72112",
  ],
  "LOOP-04": [
    "The hook is looked for where the call enters: one that comes later does not touch a call that waits",
    "io_uring_enter, io_has_loop_ops (io_uring.c, 7.1)",
  ],
  "LOOP-05": [
    "After a detach the ring is an ordinary one, and takes another hook",
    "bpf_io_unreg (bpf-ops.c, 7.1); selftest unreg, posted on 2026-02-17",
  ],
  "LOOP-06": [
    "A detach wakes nobody; a call that is in the loop finds no step when it goes on, and returns -EFAULT",
    "io_run_loop (loop.c, 7.1), bpf_io_unreg (bpf-ops.c, 7.1)",
  ],
  "LOOP-07": [
    "With a hook the call takes no count, no wait, no timeout: it runs the loop, and never returns a count",
    "io_uring_enter (io_uring.c, 7.1); example rate_limiter, posted on 2026-02-23",
  ],
  "LOOP-08": ["Only the ring's submitter may run the loop; others get -EEXIST", "io_run_loop (loop.c, 7.1)"],
  "LOOP-09": [
    "The step comes first, before pending task work and before any flush of overflowed CQEs",
    "io_run_loop (loop.c, 7.1)",
  ],
  "LOOP-10": [
    "During a step the CQ tail moves only by the step's own submissions",
    "IO_RING_F_LOCKLESS_CQ (io_uring.c, 7.1); liburing test/bpf-progs/nops.bpf.c",
  ],
  "LOOP-11": [
    "STOP returns 0; what is neither STOP nor CONTINUE returns -EINVAL",
    "io_run_loop (loop.c, 7.1)",
  ],
  "LOOP-12": [
    "cq_wait_idx is a CQ tail, compared by signed difference; it starts at 0 and persists through a call",
    "iou_loop_params (loop.h, 7.1), io_run_loop (loop.c, 7.1)",
  ],
  "LOOP-13": [
    "The loop does not sleep where local work is pending, the tail is reached, or CQEs have overflowed",
    "io_loop_wait (loop.c, 7.1)",
  ],
  "LOOP-14": [
    "A sleeping loop wakes for as much lazy work as it waits for, or any other; then the step runs, whatever the tail",
    "io_req_local_work_add (tw.c, 7.1), io_run_loop (loop.c, 7.1)",
  ],
  "LOOP-15": [
    "Between two steps run ordinary task work, without the lock, and then up to max(20, n) items of local work",
    "io_run_loop (loop.c, 7.1)",
  ],
  "LOOP-16": [
    "A pending signal ends the call with -EINTR behind a step, and loses nothing",
    "io_run_loop (loop.c, 7.1)",
  ],
  "LOOP-17": [
    "submit_sqes is the submission: its counts, its stop at a failing prep, chains that end where it ends; inline CQEs are there when it returns",
    "bpf_io_uring_submit_sqes (bpf-ops.c, 7.1), io_submit_sqes (io_uring.c, 7.1)",
  ],
  "LOOP-18": [
    "With SQ_REWIND a submission takes SQEs 0 to n-1, whatever head and tail say",
    "io_submit_sqes (io_uring.c, 7.1); io_uring_setup(2)",
  ],
  "LOOP-19": [
    "A region that is unknown, not registered, or smaller than asked for is NULL; sizes count in pages",
    "bpf_io_uring_get_region (bpf-ops.c, 7.1), io_region_size (memmap.h, 7.1)",
  ],
  "LOOP-20": [
    "A CQE that the program has passed by moving the CQ head is gone for user space",
    "liburing test/bpf-progs/nops.bpf.c; bpf_io_uring_get_region (bpf-ops.c, 7.1)",
  ],
  "LOOP-21": [
    "Overflowed CQEs are flushed, oldest first, behind each step that continues; STOP flushes nothing",
    "io_run_loop (loop.c, 7.1); selftest overflow, posted on 2026-02-23",
  ],
  "LOOP-22": [
    "The first form submits as usual, and runs its program where the call would wait, behind the task work",
    "io_uring/bpf: struct_ops for the wait loop, posted on 2025-11-13 (v3)",
  ],
  "LOOP-23": [
    "The first form sleeps for a CQ tail or for a time; when that is over its program runs again",
    "iou_loop_state, posted on 2025-11-13 (v3)",
  ],
} as const;

export const BOP_RULES = {
  "BOP-01": [
    "Without the ring's setup flag prep fails: -EACCES in v1, -EOPNOTSUPP in v3",
    "io_uring_bpf_prep, posted as v1 (2025-11-04) and v3 (2026-03-24)",
  ],
  "BOP-02": [
    "An id of 16 or more fails prep with -EINVAL (v3), one without an operation or without a prep_fn with -EOPNOTSUPP",
    "io_uring_bpf_prep, posted as v3",
  ],
  "BOP-03": [
    "Where the core refuses an SQE before prep, no callback runs",
    "io_init_req, io_init_fail_req (io_uring.c, 6.19)",
  ],
  "BOP-04": [
    "prep runs once, as its SQE is consumed: those of a chain all before the head is issued",
    "io_uring_bpf_prep, posted as v3; io_submit_sqe (io_uring.c, 6.19)",
  ],
  "BOP-05": [
    "A failing prep of a lone request or a head is its result; fail runs, cleanup does not",
    "io_uring_bpf_prep, io_uring_bpf_fail, posted as v3; io_req_defer_failed (io_uring.c, 6.19)",
  ],
  "BOP-06": [
    "A failing prep of a later member fails the chain: nothing is issued, and fail runs for the head alone",
    "io_submit_fail_init, io_queue_sqe_fallback (io_uring.c, 6.19)",
  ],
  "BOP-07": [
    "issue returning 0 completes with the result that was set last; a negative one severs, and fail does not run",
    "io_uring_bpf_issue, uring_bpf_set_result, posted as v3",
  ],
  "BOP-08": [
    "Without a set result the CQE has what is left in the request: 0, or the result of the last one freed",
    "io_req_set_res, io_preinit_req, io_alloc_req (io_uring.c, 6.19)",
  ],
  "BOP-09": [
    "-EAGAIN of an inline issue runs issue again in io-wq; there it is the result",
    "io_queue_async, io_wq_submit_work (io_uring.c, 6.19)",
  ],
  "BOP-10": [
    "-EIOCBQUEUED is made -EINVAL in v3; in v1 the request never completes",
    "io_uring_bpf_issue, posted as v1 and v3",
  ],
  "BOP-11": [
    "Any other value of issue, a positive one too, fails the request with it",
    "__io_issue_sqe, io_req_defer_failed (io_uring.c, 6.19)",
  ],
  "BOP-12": [
    "fail does not run for a member that is canceled because an earlier one failed",
    "io_req_tw_fail_links (timeout.c, 6.19)",
  ],
  "BOP-13": [
    "fail may set another result; that the request has failed it cannot take back",
    "io_req_defer_failed, req_set_fail (io_uring.c, 6.19)",
  ],
  "BOP-14": [
    "cleanup runs once where prep succeeded (v3), when the request is freed: behind its CQE, before the next member's inline issue",
    "io_clean_op, io_free_batch_list (io_uring.c, 6.19)",
  ],
  "BOP-15": [
    "A prep that sets a negative result and returns 0: the request is not issued, and fails with that",
    "io_submit_sqe, io_queue_sqe_fallback (io_uring.c, 6.19)",
  ],
  "BOP-16": ["In v1 cleanup never runs", "io_uring_bpf_prep, posted as v1: REQ_F_NEED_CLEANUP is not set"],
  "BOP-17": [
    "A cancelation reaches an operation only while it waits for io-wq: -ECANCELED, fail, cleanup, and no issue",
    "io_wq_submit_work, io_req_task_queue_fail (io_uring.c, 6.19)",
  ],
  "BOP-18": [
    "The pdu is the request's own, lives from prep to cleanup, and holds anything before it is written",
    "struct uring_bpf_data, posted as v1 (24 bytes) and v3 (36 bytes)",
  ],
  "BOP-19": [
    "What one member's issue writes to a map the next one's reads",
    "the cover letters of v1 and v3",
  ],
  "BOP-20": [
    "Registering: -EINVAL for an id of 16 or more (v3) or a ring without the flag, -EBUSY for one that is taken",
    "uring_bpf_ops registration, posted as v3",
  ],
  "BOP-21": [
    "Unregistering (v3) waits until no request of the operation is left; new ones are taken until then",
    "uring_bpf_ops unregistration, posted as v3",
  ],
  "BOP-22": [
    "v1 has one table for all rings, and looks an operation up by its id at each call",
    "uring_bpf_ops, posted as v1",
  ],
  "BOP-23": [
    "A ring for custom operations takes no loop hook: -EINVAL (v3)",
    "bpf_io_reg with IORING_SETUP_BPF_EXT, posted as v3",
  ],
  "BOP-24": [
    "v1 copies between the two buffers of the SQE, as much as asked for; beyond either it is -EINVAL",
    "io_uring_bpf_req_memcpy, posted as v1",
  ],
  "BOP-25": [
    "v3 gives a buffer page by page; one that is not there or of the wrong direction makes an inert iterator",
    "bpf_iter_uring_buf_new, bpf_uring_buf_dynptr, posted as v3",
  ],
  "BOP-26": [
    "Without an issue_fn a request completes, and has set no result; in v1 it fails with -ECANCELED",
    "io_uring_bpf_issue, posted as v1 and v3",
  ],
  "BOP-27": [
    "With the changes agreed for a fourth version cleanup runs after a failing prep as well",
    "the review of v3 5/12, 2026-04-03",
  ],
} as const;
