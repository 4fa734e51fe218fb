/** Every rule of the specification that the model applies: its id, what it says in a line, and where that comes from. */
import type { Rule } from "./event.js";
import { BOP_RULES, LOOP_RULES } from "./programRules.js";

const TABLE = {
  "CORE-01": [
    "A result joins the completion batch; a flush posts the batch in order, then frees it in order",
    "__io_submit_flush_completions, io_free_batch_list (io_uring.c, 6.18); run on 6.18.44",
  ],
  "CORE-02": [
    "Freeing a linked request queues task work: its disarmed timeout, then the failure or the next member",
    "io_queue_next, io_req_find_next (io_uring.c, 6.18), io_disarm_next (timeout.c, 6.18); run on 6.18.44",
  ],
  "CORE-03": [
    "On a default ring task work runs a snapshot at a time, then one flush; what that queues is the next round",
    "tctx_task_work_run, io_handle_tw_list, ctx_flush_and_put (io_uring.c, 6.18); run on 6.18.44",
  ],
  "CORE-04": [
    "With DEFER_TASKRUN task work runs only when its submitter enters with GETEVENTS",
    "__io_run_local_work, io_cqring_wait (io_uring.c, 6.18); run on 6.18.44",
  ],
  "CORE-05": [
    "An io-wq worker posts its request's CQE itself, except with DEFER_TASKRUN or IOPOLL, or a full CQ",
    "io_req_complete_post, io_wq_submit_work, io_wq_free_work (io_uring.c, 6.18); run on 6.18.44",
  ],
  "CORE-06": [
    "A lone request, or the head of a whole chain, is first attempted inline, without blocking, in SQ order",
    "io_submit_sqe, io_queue_sqe, io_queue_async (io_uring.c, 6.18)",
  ],
  "FORM-01": [
    "An SQE with LINK or HARDLINK opens or continues a chain; the first SQE with neither is its tail",
    "io_submit_sqe (io_uring.c, 6.18); liburing test/link.c; io_uring_sqe_set_flags(3); run on 6.18.44",
  ],
  "FORM-02": [
    "No member of a chain is issued before the tail has been seen, or the submission has ended",
    "io_submit_sqe (io_uring.c, 6.18)",
  ],
  "FORM-03": [
    "A chain that is open when the submission ends is closed there, and never goes on in the next one",
    "io_submit_state_end (io_uring.c, 6.18); axboe/liburing#510, #769, #247; io_uring_sqe_set_flags(3); run on 6.18.44",
  ],
  "FORM-04": [
    "A chain closed by the submission's end is not issued inline: it goes to io-wq, or to the defer list",
    "io_submit_state_end, io_queue_sqe_fallback, io_queue_iowq (io_uring.c, 6.18); run on 6.18.44",
  ],
  "FORM-05": [
    "In a chain closed by the submission's end, a blocking head's LINK_TIMEOUT is never armed",
    "io_submit_state_end (io_uring.c, 6.18); run on 6.18.44",
  ],
  "FORM-06": [
    "A to_submit that ends inside a chain cuts it in two independent chains",
    "io_submit_sqes, io_submit_state_end (io_uring.c, 6.18); run on 6.18.44",
  ],
  "FORM-07": [
    "LINK together with HARDLINK is HARDLINK; what a link does is said by the member that carries it",
    "IO_REQ_LINK_FLAGS, io_disarm_next (6.18); liburing test/link.c; axboe/liburing#372; run on 6.18.44",
  ],
  "FORM-09": [
    "A link flag with nothing behind it does not change its own request's result",
    "io_req_find_next (io_uring.c, 6.18); run on 6.18.44",
  ],
  "FORM-10": [
    "A severed chain is not taken up again by a HARDLINK further down",
    "io_req_tw_fail_links (timeout.c, 6.18); run on 6.18.44",
  ],
  "FORM-11": [
    "user_data, priority, buffers, fd and personality are each SQE's own; nothing is inherited along a chain",
    "io_init_req (io_uring.c, 6.18)",
  ],
  "FORM-12": [
    "On an SQPOLL ring the submission is whatever the SQ thread finds published when it looks",
    "__io_sq_thread, IORING_SQPOLL_CAP_ENTRIES_VALUE (sqpoll.c, 6.18); axboe/liburing#247; run on 6.18.44",
  ],
  "FORM-13": [
    "A NOP completes with 0 or the injected result; below 0 it severs; with NOP_TW through task work",
    "io_nop_prep, io_nop (nop.c, 6.18); liburing test/nop.c, test/nop-flags.c; run on 6.18.44",
  ],
  "PREP-01": [
    "Prep checks opcode, flags, fields, pointers and placement; a failure is the request's result",
    "io_init_req and the opcodes' prep handlers (6.18); liburing test/register-restrictions.c, test/personality.c; run on 6.18.44",
  ],
  "PREP-02": [
    "Files, slots, registered buffers and provided buffers are looked up at issue, not at prep",
    "io_assign_file (io_uring.c, 6.18); run on 6.18.44",
  ],
  "PREP-03": [
    "If a member fails prep, no member of its chain is issued; it keeps its error, the others get -ECANCELED",
    "io_submit_fail_init, req_fail_link_node (io_uring.c, 6.18); liburing test/submit-link-fail.c; run on 6.18.44",
  ],
  "PREP-04": [
    "A chain that failed prep posts in chain order: the head with the submission, the rest a round later",
    "io_queue_sqe_fallback (io_uring.c, 6.18); run on 6.18.44",
  ],
  "PREP-05": [
    "A prep failure severs hard links too",
    "io_queue_sqe_fallback (io_uring.c, 6.18); io_uring_enter(2): IOSQE_IO_HARDLINK; run on 6.18.44",
  ],
  "PREP-06": [
    "A bad SQE that is lone or a chain's tail ends the submission, unless SUBMIT_ALL; a head or middle does not",
    "io_submit_fail_init, io_submit_sqes (io_uring.c, 6.18); liburing test/drop-submit.c; run on 6.18.44",
  ],
  "PREP-07": [
    "enter returns how many SQEs it consumed, the bad one included; the rest stays in the SQ",
    "io_submit_sqes (io_uring.c, 6.18); axboe/liburing#1071; run on 6.18.44",
  ],
  "PREP-08": [
    "A lone request that fails prep posts its error even with SKIP",
    "req_set_fail (io_uring.h, 6.18); run on 6.18.44",
  ],
  "PREP-09": [
    "On SQPOLL a bad SQE ends only the SQ thread's turn; the next turn goes on with the rest",
    "__io_sq_thread (sqpoll.c, 6.18); run on 6.18.44",
  ],
  "PREP-10": [
    "A chain or request that failed prep completes at once, and does not wait behind a pending drain",
    "io_queue_sqe_fallback (io_uring.c, 6.18); liburing test/submit-link-fail.c; run on 6.18.44",
  ],
  "PREP-11": [
    "A LINK_TIMEOUT behind a request that failed prep gets -ECANCELED like the others",
    "io_disarm_next (timeout.c, 6.18); run on 6.18.44",
  ],
  "FAIL-01": [
    "A soft link is severed by the request's failure mark, which its opcode sets; not simply by res < 0",
    "req_set_fail (io_uring.h, 6.18), io_disarm_next (timeout.c, 6.18)",
  ],
  "FAIL-02": [
    "An error that the issue handler returns always severs",
    "io_queue_async, io_req_defer_failed (io_uring.c, 6.18); run on 6.18.44",
  ],
  "FAIL-03": [
    "READ and WRITE sever unless they transfer exactly the bytes asked for; a read of 0 bytes succeeds",
    "__io_complete_rw_common (rw.c, 6.18); axboe/liburing#78; io_uring_enter(2): IOSQE_IO_LINK; run on 6.18.44",
  ],
  "FAIL-04": [
    "SEND and RECV sever on an error, and with MSG_WAITALL also below the length asked for",
    "io_send, io_recv (net.c, 6.18); axboe/liburing#1337, #1005; io_uring_enter(2); run on 6.18.44",
  ],
  "FAIL-05": [
    "SPLICE and TEE sever unless they move exactly the bytes asked for",
    "io_splice, io_tee (splice.c, 6.18); run on 6.18.44",
  ],
  "FAIL-06": [
    "POLL_ADD succeeds with its mask, POLLHUP and POLLERR included; an error or a cancelation severs",
    "io_poll_task_func, io_poll_add (poll.c, 6.18); run on 6.18.44",
  ],
  "FAIL-07": [
    "TIMEOUT severs when it expires (-ETIME), unless ETIME_SUCCESS; its count reached is success with 0",
    "io_timeout_fn (timeout.c, 6.18); liburing test/timeout.c; axboe/liburing#36, #1204; run on 6.18.44",
  ],
  "FAIL-08": [
    "Cancel and remove operations sever on a negative result; ALL and ANY that find nothing succeed with 0",
    "io_async_cancel (cancel.c, 6.18), io_poll_remove (poll.c, 6.18), io_timeout_remove (timeout.c, 6.18); run on 6.18.44",
  ],
  "FAIL-09": [
    "Errors of file and path operations such as FSYNC, FALLOCATE and UNLINKAT do not sever",
    "io_fsync (sync.c, 6.18), io_unlinkat (fs.c, 6.18), io_statx, io_ftruncate, io_madvise, io_shutdown, … ; run on 6.18.44",
  ],
  "FAIL-10": [
    "Every other opcode severs on a negative result",
    "req_set_fail in the handlers (6.18); run on 6.18.44",
  ],
  "FAIL-11": [
    "With SKIP an error of a FAIL-09 opcode posts no CQE: it counts as success",
    "req_set_fail, io_submit_flush_completions (6.18); run on 6.18.44",
  ],
  "FAIL-14": [
    "A HARDLINK member's own result never severs: the next member is issued",
    "io_disarm_next (timeout.c, 6.18); liburing test/link.c, test/skip-cqe.c; io_uring_enter(2): IOSQE_IO_HARDLINK; run on 6.18.44",
  ],
  "FAIL-15": [
    "A member is issued only when its predecessor is over: CQE posted, request freed",
    "io_free_batch_list, io_queue_next (io_uring.c, 6.18); io_uring_enter(2): IOSQE_IO_LINK; run on 6.18.44",
  ],
  "FAIL-16": [
    "A request that a cancelation interrupts in its worker gets -EINTR, or what its operation returns then",
    "io_wq_submit_work (io_uring.c, 6.18); axboe/liburing#30; run on 6.18.44",
  ],
  "PROP-01": [
    "One task work item fails all remaining members: in chain order, contiguous, each with -ECANCELED",
    "io_req_tw_fail_links, io_fail_links (timeout.c, 6.18); io_uring_enter(2): IOSQE_IO_LINK; run on 6.18.44",
  ],
  "PROP-02": [
    "The canceled members are posted one round after the failure; other completions may come between",
    "io_disarm_next (timeout.c, 6.18); run on 6.18.44",
  ],
  "PROP-03": [
    "On a DEFER_TASKRUN ring the canceled members show only after a further call with GETEVENTS",
    "__io_run_local_work (io_uring.c, 6.18); run on 6.18.44",
  ],
  "PROP-04": [
    "A LINK_TIMEOUT further down a severed chain gets -ECANCELED like any member, and is never armed",
    "io_req_tw_fail_links (timeout.c, 6.18); run on 6.18.44",
  ],
  "PROP-05": [
    "A failing request's own link timeout completes before the rest of the chain: request, timeout, rest",
    "io_disarm_next (timeout.c, 6.18); run on 6.18.44",
  ],
  "PROP-07": [
    "A request that had transferred something before it failed reports the byte count, and still fails",
    "io_rw_fail, io_fixup_rw_res (rw.c, 6.18), io_sendrecv_fail (net.c, 6.18)",
  ],
  "SKIP-01": [
    "A request with SKIP that does not fail posts no CQE, whatever its result",
    "io_submit_flush_completions (io_uring.c, 6.18); liburing test/skip-cqe.c; io_uring_enter(2): IOSQE_CQE_SKIP_SUCCESS; run on 6.18.44",
  ],
  "SKIP-02": [
    "A failing request with SKIP posts its CQE; behind its soft link no further CQE of the chain is posted",
    "req_set_fail (io_uring.h, 6.18), io_fail_links (timeout.c, 6.18); liburing test/skip-cqe.c; run on 6.18.44",
  ],
  "SKIP-03": [
    "Behind a failing request without SKIP every canceled member posts its CQE, also those with SKIP",
    "io_fail_links (timeout.c, 6.18); run on 6.18.44",
  ],
  "SKIP-04": [
    "Where a chain fails prep the head's SKIP decides, for the head is what is failed first",
    "io_submit_fail_init (io_uring.c, 6.18); run on 6.18.44",
  ],
  "SKIP-05": [
    "A failing HARDLINK member with SKIP posts its CQE; what follows is not affected",
    "io_disarm_next (timeout.c, 6.18); liburing test/skip-cqe.c; run on 6.18.44",
  ],
  "SKIP-06": [
    "A LINK_TIMEOUT whose request was issued posts a CQE unless it carries SKIP itself",
    "io_disarm_next, io_req_task_link_timeout (timeout.c, 6.18); liburing test/skip-cqe.c; io_uring_enter(2); run on 6.18.44",
  ],
  "SKIP-07": [
    "A LINK_TIMEOUT whose request was canceled unissued is an ordinary member: the failing one decides",
    "io_fail_links (timeout.c, 6.18); run on 6.18.44",
  ],
  "SKIP-09": [
    "After the first SQE with SKIP, DRAIN fails prep with -EOPNOTSUPP on that ring, for ever",
    "io_init_req (io_uring.c, 6.18); io_uring_enter(2): IOSQE_CQE_SKIP_SUCCESS; run on 6.18.44",
  ],
  "SKIP-11": [
    "A multishot POLL_ADD with SKIP fails prep with -EINVAL; SEND_ZC with SKIP does too",
    "io_poll_add_prep (poll.c, 6.18), io_send_zc_prep (net.c, 6.18); axboe/liburing#824; run on 6.18.44",
  ],
  "SKIP-12": [
    "A skipped success needs no room: with a full CQ it sets no overflow flag",
    "io_submit_flush_completions (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-02": [
    "A LINK_TIMEOUT that fires posts its CQE before the request that it cancels",
    "io_req_task_link_timeout (timeout.c, 6.18); run on 6.18.44",
  ],
  "ORD-04": [
    "Inline completions of lone requests and heads are posted in SQ order, before any later member's",
    "io_submit_sqes, io_submit_state_end (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-05": [
    "A request that waits by poll completes when it is woken, after a later SQE that wakes it",
    "io_poll_wake, io_poll_task_func (poll.c, 6.18); run on 6.18.44",
  ],
  "ORD-06": [
    "Of several requests that wait on one file, the last armed is woken first",
    "io_poll_wake (poll.c, 6.18), __wake_up_common (kernel/sched/wait.c); run on 6.18.44",
  ],
  "ORD-07": [
    "ASYNC requests, and operations that cannot be tried inline, run in io-wq, in no certain order",
    "io_queue_iowq (io_uring.c, 6.18), io-wq.c; run on 6.18.44",
  ],
  "ORD-08": [
    "ASYNC on a member that is no head is honoured: task work hands it to io-wq",
    "io_req_task_submit (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-09": [
    "After a member that ran in io-wq the same worker runs the next one, blocking, without a first try",
    "io_wq_free_work, io_wq_submit_work (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-10": [
    "With DEFER_TASKRUN a submission without GETEVENTS posts lone requests and heads only",
    "io_uring_enter (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-11": [
    "With DEFER_TASKRUN each pass runs one round, and goes on only below min_complete task work items",
    "__io_run_local_work, io_run_local_work_continue (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-12": [
    "One pass of a DEFER_TASKRUN ring takes at most 20 items, or min_complete where that is more",
    "IO_LOCAL_TW_DEFAULT_MAX, __io_run_local_work (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-14": [
    "A cancelation beats data that is there, if the wake-up's task work has not run",
    "io_poll_cancel_req, io_poll_check_events (poll.c, 6.18); run on 6.18.44",
  ],
  "ORD-15": [
    "COOP_TASKRUN sends no signal: task work from elsewhere waits for a system call or an interrupt; TASKRUN_FLAG tells of it",
    "io_req_normal_work_add, notify_method (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ORD-16": [
    "A CQE of a multishot that goes on flushes the batch first; a message's CQE goes ahead of it",
    "io_req_post_cqe, io_post_aux_cqe (io_uring.c, 6.18)",
  ],
  "ORD-17": [
    "The CQ tail moves once a flush: user space sees a submission's inline CQEs only at its end, together",
    "__io_submit_flush_completions, io_commit_cqring (io_uring.c, 6.18)",
  ],
  "LT-01": [
    "A LINK_TIMEOUT must directly follow, in an open chain, a request that is no LINK_TIMEOUT: else -EINVAL",
    "__io_timeout_prep (timeout.c, 6.18); liburing test/link-timeout.c; io_uring_prep_link_timeout(3); run on 6.18.44",
  ],
  "LT-02": [
    "A LINK_TIMEOUT guards the one request right before it, and nothing else of the chain",
    "__io_timeout_prep (timeout.c, 6.18); io_uring_linked_requests(7); run on 6.18.44",
  ],
  "LT-03": [
    "When its request is issued a LINK_TIMEOUT leaves the order: what follows it follows its request",
    "io_prep_linked_timeout, io_remove_next_linked (timeout.c, 6.18); run on 6.18.44",
  ],
  "LT-04": [
    "If the request completes first its LINK_TIMEOUT gets -ECANCELED: behind the request, before the next",
    "io_disarm_next (timeout.c, 6.18); io_uring_enter(2): IORING_OP_LINK_TIMEOUT; run on 6.18.44",
  ],
  "LT-05": [
    "If the timer is first, the LINK_TIMEOUT gets -ETIME and the request -ECANCELED, which severs as ever",
    "io_link_timeout_fn, io_req_task_link_timeout (timeout.c, 6.18); liburing test/link-timeout.c, test/poll-link.c, test/accept-link.c; run on 6.18.44",
  ],
  "LT-06": [
    "A LINK_TIMEOUT that fired reports what its cancelation came to; -ETIME where that is 0",
    "io_req_task_link_timeout (timeout.c, 6.18), io_cancel_remove (cancel.c, 6.18); liburing test/waitid.c; run on 6.18.44",
  ],
  "LT-07": [
    "It reports -ENOENT where its request is complete but not freed, or is running in io-wq",
    "io_req_task_link_timeout (timeout.c, 6.18), io_try_cancel (cancel.c, 6.18); axboe/liburing#1208; run on 6.18.44",
  ],
  "LT-08": [
    "A canceler's search goes on behind a request running in io-wq, so its -EALREADY is lost to -ENOENT",
    "io_try_cancel (cancel.c, 6.18)",
  ],
  "LT-09": [
    "A LINK_TIMEOUT that expires when its request is freed already gives -ETIME and cancels nothing",
    "io_link_timeout_fn, io_req_task_link_timeout (timeout.c, 6.12); run on 6.12.117 and 6.1.192",
  ],
  "LT-10": [
    "A fired timer cancels the first request of the ring with the guarded one's user_data",
    "io_req_task_link_timeout (timeout.c, 6.18)",
  ],
  "LT-11": [
    "A LINK_TIMEOUT that fires wakes no waiter early, as a TIMEOUT does",
    "io_link_timeout_fn, cq_timeouts (timeout.c, 6.18); run on 6.18.44",
  ],
  "LT-12": [
    "The timer starts when the request's first attempt returns: waiting in the chain or a drain does not count",
    "__io_issue_sqe, io_queue_linked_timeout (6.18, with b53e523261bf); run on 6.18.44",
  ],
  "LT-13": [
    "The timer is started even where the request completed inline; the flush mostly disarms it",
    "__io_issue_sqe (io_uring.c, 6.18); run on 6.18.44",
  ],
  "LT-14": [
    "A request that blocks in its first attempt inside io-wq is not guarded: its timer is not armed",
    "io_wq_submit_work, __io_issue_sqe (io_uring.c, 6.18, with b53e523261bf); run on 6.18.44",
  ],
  "LT-15": [
    "TIMEOUT_REMOVE with LINK_TIMEOUT_UPDATE retimes an armed LINK_TIMEOUT; nothing else finds one",
    "io_linked_timeout_update, io_timeout_remove (timeout.c, 6.18); liburing test/link-timeout.c; run on 6.18.44",
  ],
  "LT-17": [
    "A LINK_TIMEOUT that fails prep cancels the request that it was to guard, unissued",
    "io_submit_fail_init (io_uring.c, 6.18); liburing test/link-timeout.c; run on 6.18.44",
  ],
  "LT-18": [
    "ETIME_SUCCESS on a LINK_TIMEOUT changes nothing",
    "io_req_task_link_timeout (timeout.c, 6.18); run on 6.18.44",
  ],
  "LT-19": [
    "-ECANCELED of a READ or RECV means that it has taken no bytes",
    "io_poll_task_func (poll.c, 6.18); axboe/liburing#1422",
  ],
  "LT-20": [
    "In io-wq a LINK_TIMEOUT may fire before its request waits by poll, or before its error is told: -ENOENT",
    "io_wq_submit_work, io_issue_sqe (io_uring.c, 6.18), io_try_cancel (cancel.c, 6.18); run on 6.18.44",
  ],
  "TMO-01": [
    "A TIMEOUT ends with -ETIME at its time, or with 0 when its count of CQEs is reached, whichever is first",
    "io_timeout, io_flush_timeouts (timeout.c, 6.18); liburing test/timeout.c; io_uring_enter(2): IORING_OP_TIMEOUT; run on 6.18.44",
  ],
  "TMO-02": [
    "A count counts CQEs in the ring: not skipped ones, not TIMEOUTs' own, overflowed ones when flushed in",
    "io_flush_timeouts, cq_timeouts (timeout.c, 6.18); run on 6.18.44",
  ],
  "TMO-03": [
    "A TIMEOUT whose count is reached completes through task work, behind the CQE that satisfied it",
    "io_flush_timeouts (timeout.c, 6.18); liburing test/timeout.c; run on 6.18.44",
  ],
  "TMO-04": [
    "A TIMEOUT that fires or is killed ends a wait, even with fewer CQEs than min_complete",
    "io_should_wake, cq_timeouts (io_uring.h, 6.18); liburing test/timeout.c; io_uring_enter(2): IORING_OP_TIMEOUT; run on 6.18.44",
  ],
  "TMO-05": [
    "A multishot TIMEOUT posts -ETIME at each expiry, with F_MORE on all but the last of its count",
    "io_timeout_complete, io_timeout_finish (timeout.c, 6.18); liburing test/timeout.c; run on 6.18.44",
  ],
  "TMO-06": [
    "A multishot TIMEOUT whose CQE does not fit the ring ends: the CQE overflows, without F_MORE",
    "io_timeout_complete, io_req_post_cqe (6.18); liburing test/timeout.c; run on 6.18.44",
  ],
  "TMO-07": [
    "TIMEOUT_REMOVE gives 0 and ends the TIMEOUT with -ECANCELED; -ENOENT where there is none",
    "io_timeout_cancel, io_timeout_extract (timeout.c, 6.18); liburing test/timeout.c; run on 6.18.44",
  ],
  "TMO-08": [
    "TIMEOUT_REMOVE with UPDATE sets a new time, and drops the TIMEOUT's count",
    "io_timeout_update (timeout.c, 6.18); liburing test/timeout.c",
  ],
  "TMO-09": [
    "ASYNC_CANCEL finds a TIMEOUT by user_data, opcode or ANY, and never by FD",
    "io_try_cancel (cancel.c, 6.18), io_timeout_cancel (timeout.c, 6.18); run on 6.18.44",
  ],
  "TMO-12": [
    "A TIMEOUT that fires and has no CQE in the ring at the next flush completes every counted one with 0",
    "io_flush_timeouts, cq_last_tm_flush (timeout.c, 6.18); run on 6.18.44 (58 of 58 runs)",
  ],
  "CAN-01": [
    "A search looks at io-wq, then armed polls, then WAITID and FUTEX, then TIMEOUTs; the first match is it",
    "io_try_cancel, __io_async_cancel (cancel.c, 6.18), io_wq_cancel_cb (io-wq.c, 6.18); run on 6.18.44",
  ],
  "CAN-02": [
    "A member that waits for its predecessor, or for its issue, is not found: -ENOENT, and it runs later",
    "io_try_cancel (cancel.c, 6.18); run on 6.18.44",
  ],
  "CAN-03": [
    "Canceling a request that waits by poll gives 0; it gets -ECANCELED, and its soft chain is severed",
    "io_poll_cancel (poll.c, 6.18); io_uring_cancelation(7); run on 6.18.44",
  ],
  "CAN-04": [
    "Canceling a request that runs in io-wq gives -EALREADY and interrupts the worker",
    "io_wq_cancel_running_work (io-wq.c, 6.18); io_uring_prep_cancel(3); run on 6.18.44",
  ],
  "CAN-05": [
    "With ALL or ANY the result is how many were canceled, 0 included; running io-wq work is not counted",
    "__io_async_cancel (cancel.c, 6.18); liburing test/poll-cancel-all.c; io_uring_prep_cancel(3); run on 6.18.44",
  ],
  "CAN-07": [
    "The key is user_data; FD, OP and USERDATA combine; ANY with FD or OP is -EINVAL, a bad fd is -EBADF",
    "io_async_cancel_prep, io_cancel_req_match (cancel.c, 6.18); liburing test/cancel-fd-userdata.c; run on 6.18.44",
  ],
  "CAN-09": [
    "A cancel behind a pending drain is deferred itself; IORING_REGISTER_SYNC_CANCEL is not",
    "io_drain_req (io_uring.c, 6.18), io_sync_cancel (cancel.c, 6.18); run on 6.18.44",
  ],
  "CAN-12": [
    "close(2) of a descriptor, or clearing a slot, cancels no request that uses the file",
    "io_put_file (io_uring.h, 6.18); io_uring_cancelation(7); run on 6.18.44",
  ],
  "CAN-13": [
    "ALL and ANY count one more for each other task in whose io-wq something matches, pending or running",
    "__io_async_cancel, io_async_cancel_one (cancel.c, 6.18); run on 6.18.44",
  ],
  "CAN-14": [
    "A sync_cancel of a running request returns when it is not found any more, with its completion not yet run, or never",
    "io_sync_cancel (cancel.c, 6.18), io_run_task_work_sig (io_uring.c, 6.18); run on 6.18.44",
  ],
  "CAN-15": [
    "A request that a worker has finished is found until that worker lets go of it: -EALREADY, with its CQE there",
    "io_worker_handle_work, io_assign_current_work (io-wq.c, 6.18); run on 6.18.44 (11 of 16000 runs)",
  ],
  "CAN-16": [
    "Of several running works that match, a cancelation of one signals any: that of the first worker in the list",
    "io_wq_cancel_running_work, wq->all_list (io-wq.c, 6.18); run on 6.18.44",
  ],
  "DRN-01": [
    "A request with DRAIN, with its chain, waits until no other request lives, and then runs in io-wq",
    "io_drain_req, io_queue_deferred (io_uring.c, 6.18); io_uring_enter(2): IOSQE_IO_DRAIN; run on 6.18.44",
  ],
  "DRN-02": [
    "Every live request holds a drain: polls, timers, io-wq, multishots, members that have not run",
    "io_queue_deferred (io_uring.c, 6.18); run on 6.18.44",
  ],
  "DRN-03": [
    "While a drain is active every later SQE, of any call, joins the defer list; the list keeps its order",
    "io_queue_deferred (io_uring.c, 6.18); run on 6.18.44",
  ],
  "DRN-04": [
    "Requests that a drain lets go together run at the same time in io-wq",
    "io_queue_deferred (io_uring.c, 6.18); run on 6.18.44",
  ],
  "DRN-07": [
    "DRAIN inside a chain drains the whole chain, and the first request or chain after it",
    "io_init_drain (io_uring.c, 6.18); liburing test/link_drain.c; run on 6.18.44",
  ],
  "DRN-08": [
    "So a request without DRAIN may be held by one without DRAIN",
    "io_init_drain, io_init_req (io_uring.c, 6.18); run on 6.18.44",
  ],
  "DRN-12": [
    "The first request or chain after a drain is over still goes through io-wq, and may be overtaken",
    "io_drain_req (io_uring.c, 6.18); run on 6.18.44",
  ],
  "DRN-16": [
    "Up to 6.15 a drain waits until as many CQEs are in the ring as SQEs were taken before it",
    "req_need_defer, io_drain_req, io_queue_deferred (io_uring.c, 6.1 and 6.12); run on 6.1.192",
  ],
  "OVF-01": [
    "A CQE that finds the CQ full goes to the overflow list, and the SQ ring's flags say CQ_OVERFLOW",
    "io_cqring_add_overflow, io_cqring_event_overflow (io_uring.c, 6.18); liburing test/cq-overflow.c, test/cq-full.c; run on 6.18.44",
  ],
  "OVF-02": [
    "Overflow does not hold up submission: enter does not refuse it",
    "io_submit_sqes (io_uring.c, 6.18); tokio-rs/io-uring#302; run on 6.18.44",
  ],
  "OVF-03": [
    "While the overflow list is not empty every new CQE joins it, even with room in the ring",
    "io_cqe_cache_refill (io_uring.c, 6.18); liburing test/cq-overflow.c; run on 6.18.44",
  ],
  "OVF-04": [
    "Only a call with GETEVENTS moves the list to the ring, oldest first, as many as fit",
    "io_cqring_wait, __io_cqring_overflow_flush (io_uring.c, 6.18); axboe/liburing#705; libuv/libuv#3991; run on 6.18.44",
  ],
  "OVF-05": [
    "A wait on a full CQ returns 0 at once: min_complete is clamped to the CQ's size",
    "io_cqring_wait (io_uring.c, 6.18); run on 6.18.44",
  ],
  "OVF-06": [
    "A multishot whose CQE does not fit the ring ends: its last CQE overflows without F_MORE, and is success",
    "io_req_post_cqe, io_poll_check_events (6.18); liburing test/poll-mshot-overflow.c; run on 6.18.44",
  ],
  "OVF-08": [
    "MSG_RING succeeds with 0 even where its CQE overflows the target ring",
    "io_msg_ring_data, io_msg_data_remote (msg_ring.c, 6.18); liburing test/msg-ring-overflow.c",
  ],
  "ENT-01": [
    "enter checks its flags, the descriptor and the ring's state, then submits, then waits",
    "io_uring_enter (io_uring.c, 6.18); io_uring_enter(2)",
  ],
  "ENT-02": [
    "It submits at most what the SQ holds; a call that took fewer than to_submit does not wait",
    "io_uring_enter (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ENT-03": [
    "A wait ends with min_complete unread CQEs, a fired TIMEOUT, or its own time; errors count least",
    "io_cqring_wait, io_should_wake (6.18); io_uring_enter(2); run on 6.18.44",
  ],
  "ENT-04": [
    "min_complete is clamped to the CQ's size; a wait with nothing in flight blocks for ever",
    "io_uring_enter, io_cqring_wait (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ENT-05": [
    "The SQ head is published once, behind the whole submission; SQEs may be reused when enter returns",
    "io_commit_sqring (io_uring.c, 6.18); io_uring_enter(2)",
  ],
  "ENT-07": [
    "GETEVENTS with min_complete 0 runs task work and flushes the overflow list, without waiting",
    "io_cqring_wait (io_uring.c, 6.18); run on 6.18.44",
  ],
  "ENT-08": [
    "On a SINGLE_ISSUER ring a call by another task returns -EEXIST",
    "io_uring_add_tctx_node (tctx.c, 6.18), io_allowed_run_tw (io_uring.h, 6.18), __io_uring_register (register.c, 6.18); liburing test/defer-taskrun.c; run on 6.18.44",
  ],
  "ENT-09": [
    "On SQPOLL enter returns to_submit, whatever the SQ holds; the SQ thread submits on its own",
    "io_uring_enter (io_uring.c, 6.18); io_uring_enter(2); run on 6.18.44",
  ],
  "RES-01": [
    "A descriptor or slot is resolved when its request is issued",
    "io_assign_file (io_uring.c, 6.18); liburing test/open-direct-link.c, test/fixed-reuse.c, test/file-register.c; run on 6.18.44",
  ],
  "RES-02": [
    "Closing a descriptor or changing a slot between submission and issue changes what the request does",
    "io_assign_file (io_uring.c, 6.18); axboe/liburing#804; run on 6.18.44",
  ],
  "RES-03": [
    "On 6.1 a later member's normal descriptor is grabbed at submission, if it is open then",
    "io_req_prep_async (io_uring.c, 6.1); axboe/liburing#1472",
  ],
  "RES-04": [
    "A request that was issued keeps its file, whatever becomes of the descriptor",
    "io_file_get_normal (io_uring.c, 6.18); axboe/liburing#804; run on 6.18.44",
  ],
  "RES-05": [
    "A registered buffer is looked up at issue since 6.13, before that at prep",
    "io_import_reg_buf (rsrc.c, 6.18), io_prep_rw (rw.c, 6.1); run on 6.18.44",
  ],
  "RES-10": [
    "Data buffers are used at issue; paths, iovecs, addresses and times are copied at prep, for every member",
    "IORING_FEAT_SUBMIT_STABLE; liburing test/send-zerocopy.c, test/defer-taskrun.c",
  ],
  "SQP-01": [
    "On SQPOLL the SQ thread submits and runs the task work; CQEs appear without any call",
    "__io_sq_thread, io_sq_tw (sqpoll.c, 6.18); run on 6.18.44",
  ],
  "SQP-02": [
    "A chain must be published by one store to the SQ tail; published in parts it may be split",
    "__io_sq_thread (sqpoll.c, 6.18); axboe/liburing#247, #510",
  ],
  "IOP-01": [
    "On an IOPOLL ring opcodes without polled completion fail prep with -EINVAL",
    "io_init_req, io_issue_defs (6.18); liburing test/link.c, test/defer.c; run on 6.18.44",
  ],
  "MSH-01": [
    "Behind a multishot the next member starts after its last CQE, the one without F_MORE",
    "io_poll_check_events (poll.c, 6.18); axboe/liburing#545; run on 6.18.44",
  ],
  "MSH-02": [
    "A multishot that is canceled ends with -ECANCELED and severs; one that overflows ends with success",
    "io_poll_task_func (poll.c, 6.18); liburing test/poll-mshot-overflow.c; run on 6.18.44",
  ],
  "K-31": [
    "Canceling a running io-wq request on an SQPOLL ring says -ENOENT, though it interrupts it",
    "__io_async_cancel, which walks ctx->tctx_list (cancel.c, 6.18); run on 6.18.44, 6.12.117 and 6.1.192",
  ],
  "K-36": [
    "A message to a DEFER_TASKRUN ring is posted by that ring's submitter, as task work",
    "io_msg_need_remote, io_msg_data_remote (msg_ring.c, 6.18); run on 6.18.44",
  ],
  "K-42": [
    "Where one cancel finds several requests that wait on files, any may be canceled first",
    "io_poll_cancel, ctx->cancel_table (poll.c, 6.18); run on 6.18.44",
  ],
  "K-43": [
    "Whether an operation on a regular file completes inline or in io-wq is the file system's choice",
    "FMODE_NOWAIT, FMODE_BUF_WASYNC; run on 6.18.44 on ext4 and tmpfs",
  ],
  "K-44": [
    "On 6.1 a NOP with an injected result fails prep with -EINVAL, and a pipe is read and written by workers",
    "io_nop_prep (nop.c), __io_file_supports_nowait, io_queue_async (io_uring.c), 6.1; run on 6.1.192",
  ],
  ...LOOP_RULES,
  ...BOP_RULES,
} as const;

export type RuleId = keyof typeof TABLE;

/** All rules, in the order of the specification; `index` counts from 0. */
export const RULES: readonly Rule[] = Object.entries(TABLE).map(([id, [title, source]], index) =>
  Object.freeze({ kind: "rule", id, index, title, source } as const),
);

/** The rules by id: what a step tells. */
export const R = Object.fromEntries(RULES.map((rule) => [rule.id, rule])) as Readonly<Record<RuleId, Rule>>;
