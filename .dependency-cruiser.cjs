/** Who may import whom: docs/decisions/0001-layers.md. */
const only = (from, ...to) => ({
  name: `${from}-imports-only-${to.join("-") || "itself"}`,
  severity: "error",
  from: { path: `^src/${from}/` },
  to: { path: "^src/", pathNot: [from, ...to].map((place) => `^src/${place}${place.endsWith(".ts") ? "$" : "/"}`) },
});

module.exports = {
  forbidden: [
    // The rules of the kernel call each other in circles (a completion queues a request that completes), and so do ours.
    { name: "no-circular", severity: "error", from: { pathNot: "^src/model/" }, to: { circular: true } },
    only("scheduler"),
    only("model", "scheduler/model.ts"),
    only("programs", "model"),
    only("properties", "model", "programs", "scheduler"),
    only("programs", "model"),
    only("litmus", "model", "programs"),
    only("kernel", "model", "litmus", "trace"),
    only("trace", "model"),
    only("check", "litmus", "model", "scheduler"),
    only("equivalence", "check", "litmus", "model", "scheduler"),
    only("conformance", "check", "kernel", "properties", "litmus", "model", "scheduler"),
    only("catalogue", "conformance"),
    only("vitest", "catalogue", "conformance", "model", "report"),
    only("report", "check", "model", "trace", "litmus", "scheduler", "conformance", "equivalence"),
    {
      name: "model-imports-only-the-model-type",
      severity: "error",
      from: { path: "^src/model/" },
      to: { path: "^src/scheduler/", pathNot: "^src/scheduler/model\\.ts$" },
    },
    {
      name: "no-clock-files-or-process-outside-cli-kernel-and-catalogue",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(cli|kernel|catalogue)/" },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
