import Foundation
import Testing

/// The target is compiled with strict memory safety, so that each unsafe use is marked `unsafe`.
@Suite struct UnsafeCodeTests {
  @Test("unsafe code of ATProtoData is only in the directory Memory")
  func onlyInMemory() throws {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let sources = root.appending(path: "Sources/ATProtoData")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.hasSuffix(".swift") }
    let unsafe = try paths.filter { path in
      try String(contentsOf: sources.appending(path: path), encoding: .utf8)
        .split(separator: "\n")
        .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        .contains { $0.contains(/\bunsafe\b|Unsafe/) }
    }
    #expect(!unsafe.isEmpty)
    #expect(unsafe.filter { !$0.hasPrefix("Memory/") } == [])
  }
}
