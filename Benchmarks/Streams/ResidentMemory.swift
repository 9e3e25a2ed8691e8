import Foundation

/// The resident memory of this process.
enum ResidentMemory {
  /// In megabytes; 0 on systems that do not report it as Linux does.
  static var now: Double {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
  }
}
