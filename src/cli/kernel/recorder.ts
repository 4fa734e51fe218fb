/** Collects what a command sees, for `--record`. */
import { nameOutcome, type RecordedFile, type Recording, writeRecording } from "../../kernel/index.js";
import { writeText } from "../files.js";
import type { LoadedLitmus } from "../litmusFile.js";
import { recordedPath } from "./recordedRuns.js";
import type { FileReport, Runs } from "./runs.js";

export class Recorder {
  private readonly files: RecordedFile[] = [];
  private features: readonly string[] = [];

  /** `command`: how the recording is made again. */
  constructor(private readonly command: string) {}

  /** A file of which nothing is known is left out. */
  add({ path, hash, test }: LoadedLitmus, report: FileReport): void {
    const place = { path: recordedPath(path), hash };
    if (report.kind === "unsupported")
      this.files.push({ ...place, kind: "unsupported", reason: report.reason });
    if (report.kind !== "ran") return;
    this.features = report.features;
    const { hung, late, unlisted } = report;
    const observed = report.observed.map((seen) => nameOutcome(seen, test.scenario));
    this.files.push({ ...place, kind: "ran", observed, hung, late, unlisted });
  }

  /** Throws a UserError where the file cannot be written. */
  write(path: string, runs: Runs): void {
    const recording: Recording = {
      ...runs.kernel(),
      features: this.features,
      command: this.command,
      files: this.files,
    };
    writeText(path, writeRecording(recording));
  }
}
