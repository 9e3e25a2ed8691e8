import ATProtoRepo
import ArgumentParser
import Foundation

/// Verifies a file while reading it, and reports the memory used.
struct VerifyFileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo-verify",
    abstract: "Verify a CAR file by streaming, and print speed and peak memory."
  )

  @Argument(help: "Path of the CAR file.")
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
        + "\((peak - idle) / max(1, summary.entryCount)) bytes per record"
    )
  }

  /// The peak memory of this process in bytes.
  private static var peakMemory: Int {
    var usage = rusage()
    // RUSAGE_SELF is an enumeration in Glibc and a number elsewhere.
    getrusage(0, &usage)
    #if canImport(Darwin)
    return usage.ru_maxrss
    #else
    return usage.ru_maxrss << 10
    #endif
  }
}
