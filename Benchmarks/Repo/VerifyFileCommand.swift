import ATProtoRepo
import ArgumentParser
import Foundation

/// Verifies a file as it streams in, and tells what memory that took.
struct VerifyFileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo-verify",
    abstract: "Verifies a CAR file by streaming; prints speed and peak memory."
  )

  @Argument(help: "The repository.")
  var file: String

  func run() throws {
    let input = try FileHandle(forReadingFrom: URL(filePath: file))
    let idle = Self.peakMemory
    let start = CPUClock.now
    var verifier = RepositoryVerifier()
    while let chunk = try input.read(upToCount: 256 << 10), !chunk.isEmpty {
      try verifier.append([UInt8](chunk))
    }
    let summary = try verifier.finish()
    let seconds = CPUClock.now - start
    let peak = Self.peakMemory
    print(
      "\(summary.entryCount) records, \(summary.byteCount / 1_000_000) MB: "
        + "\(Int(Double(summary.entryCount) / seconds)) records/s, "
        + "\(Int(Double(summary.byteCount) / seconds / 1e6)) MB/s; "
        + "peak \(peak >> 20) MiB, of these \(idle >> 20) before, "
        + "\((peak - idle) / max(1, summary.entryCount)) bytes a record"
    )
  }

  /// Bytes that this process had in memory at most.
  private static var peakMemory: Int {
    var usage = rusage()
    // RUSAGE_SELF, which is an enumeration in Glibc and a number elsewhere.
    getrusage(0, &usage)
    #if canImport(Darwin)
    return usage.ru_maxrss
    #else
    return usage.ru_maxrss << 10
    #endif
  }
}
