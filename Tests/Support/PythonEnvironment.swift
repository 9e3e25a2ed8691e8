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
    succeeds("import \(modules.joined(separator: ", "))")
  }

  /// Whether `atproto-oauth-py` is there, in a directory of its own: its module has the same name as
  /// that of `atproto-oauth`.
  package static let hasOAuthPy =
    succeeds("import os, sys; sys.exit(not os.path.isdir(sys.prefix + '/oauth-py'))")

  /// Whether Chromium can be driven.
  package static let hasChromeDriver =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver")

  private static func succeeds(_ program: String) -> Bool {
    guard let interpreter else { return false }
    return (try? ChildProcess(interpreter, ["-c", program]))?.status == 0
  }
}
