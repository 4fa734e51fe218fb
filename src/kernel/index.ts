/** Scenarios on the real kernel. */
export { GUEST_VERSIONS, type GuestVersion, isGuestVersion } from "./guest/cache.js";
export {
  GUEST_TIME_SCALE,
  GUEST_TIMEOUT_MS,
  type GuestEvent,
  type GuestOptions,
  runOnGuest,
} from "./guest/guest.js";
export { type Judgement, judge, type Observed } from "./judge.js";
export { KernelPool, type PoolOptions } from "./pool.js";
export { profileOfKernel } from "./profileOfKernel.js";
export { nameOutcome, resolveOutcome } from "./recording/names.js";
export { type ReadRecording, type RecordingProblem, readRecording } from "./recording/readRecording.js";
export {
  type NamedOutcome,
  RECORDING_BYTES_MAX,
  RECORDING_SCHEMA,
  type RecordedFile,
  type Recording,
} from "./recording/recording.js";
export { writeRecording } from "./recording/writeRecording.js";
export { type KernelOptions, type KernelReport, runOnKernel } from "./runner.js";
