package import Foundation

/// The Python environment created by `.ci/python`, with the other implementations that tests use.
package enum PythonEnvironment {
  /// The root directory of this package.
  package static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  /// `LEXGEN_PYTHON`, or the virtual environment in `.build`; nil if neither exists.
  package static let interpreter: URL? = {
    let candidates = [
      ProcessInfo.processInfo.environment["LEXGEN_PYTHON"].map { URL(filePath: $0) },
      package.appending(path: ".build/python/bin/python"),
    ]
    return candidates.compactMap(\.self).first {
      FileManager.default.isExecutableFile(atPath: $0.path)
    }
  }()

  /// Whether all these modules can be imported.
  package static func has(_ modules: String...) -> Bool {
    guard let interpreter else { return false }
    let child = try? ChildProcess(
      interpreter,
      ["-c", "import \(modules.joined(separator: ", "))"]
    )
    return child?.status == 0
  }
}
