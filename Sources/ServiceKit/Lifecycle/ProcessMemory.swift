#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// How the C library manages the memory of this process.
public enum ProcessMemory {
  // From <malloc.h>, which Swift's Glibc does not include.
  private static let trimThreshold: Int32 = -1
  private static let arenaMaximum: Int32 = -8

  /// Lets threads share two arenas, and returns free memory to the system early.
  ///
  /// By default, glibc gives each thread an arena of its own, up to eight for each core, and memory
  /// that one thread has freed is of no use to the others: 370 of the 840 MB of a relay with 3,000
  /// hosts were free. Does nothing with other C libraries.
  public static func limitArenas() {
    typealias Function = @convention(c) (Int32, Int32) -> Int32
    guard let symbol = dlsym(nil, "mallopt") else { return }
    let mallopt = unsafeBitCast(symbol, to: Function.self)
    _ = mallopt(arenaMaximum, 2)
    _ = mallopt(trimThreshold, 1 << 20)
  }

  /// Returns all free memory to the system, which takes some milliseconds. Without this, memory stays
  /// as high as its last peak.
  package static func releaseFree() {
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
  }
}
