/** A ring that knows NOPs, chains of them and nothing else. `order` posts the CQEs of one submission. */
export const nopRing = (order) => ({
  name: "the NOP ring",
  async run({ scenario }) {
    const unsupported = (reason) => ({ kind: "unsupported", reason });
    const [ring, ...otherRings] = scenario.rings;
    const [thread, ...otherThreads] = scenario.threads;
    if (otherRings.length > 0 || otherThreads.length > 0) return unsupported("several rings or threads");
    if (ring.setup.length > 0) return unsupported("setup flags");

    const posted = [];
    const values = scenario.values.map(() => null);
    let queued = [];
    for (const statement of thread.code) {
      if (statement.do === "queue") {
        queued = queued.concat(statement.sqes.map((id) => scenario.sqes[id]));
        const strange = queued.find(({ operation, flags, prepError, may }) => {
          return operation.opcode !== "NOP" || operation.taskWork || flags & ~12 || prepError !== null || may;
        });
        if (strange) return unsupported("anything but a NOP with links");
        // A link flag on the last one sends the chain to a worker: another story.
        if (queued.at(-1).flags & 12) return unsupported("an open chain");
      } else if (statement.do === "enter" && statement.submit === queued.length) {
        order(chainsOf(queued), (sqe, res) => posted.push([sqe.id, res, 0]));
        if (posted.length > ring.cqEntries) return unsupported("overflow");
        if (statement.wait > posted.length) return unsupported("a wait without an end");
        if (statement.bind !== null) values[statement.bind] = queued.length;
        queued = [];
      } else return unsupported(`the statement ${statement.do}`);
    }
    const outcome = {
      cq: [posted],
      values,
      files: scenario.files.map(({ content }) => content),
      hang: false,
    };
    return { kind: "ran", observed: [{ outcome, runs: 1 }] };
  },
});

function chainsOf(sqes) {
  const chains = [[]];
  for (const sqe of sqes) {
    chains.at(-1).push(sqe);
    if (!(sqe.flags & 12)) chains.push([]);
  }
  return chains;
}

const severs = ({ operation, flags }) => operation.res < 0 && !(flags & 8);

/** One chain after the other: what everybody writes first. */
export function depthFirst(chains, post) {
  for (const chain of chains) {
    let severed = false;
    for (const sqe of chain) {
      post(sqe, severed ? -125 : (sqe.operation.res ?? 0));
      severed ||= severs(sqe);
    }
  }
}

/** In rounds (CORE-03): all heads, then all second members; what a failure cancels comes together, a round later. */
export function breadthFirst(chains, post) {
  let running = chains.filter((chain) => chain.length > 0).map((chain) => ({ rest: chain, canceled: false }));
  while (running.length > 0) {
    const next = [];
    for (const { rest, canceled } of running) {
      const [sqe, ...behind] = rest;
      if (canceled) {
        for (const member of rest) post(member, -125);
        continue;
      }
      post(sqe, sqe.operation.res ?? 0);
      if (behind.length > 0) next.push({ rest: behind, canceled: severs(sqe) });
    }
    running = next;
  }
}
