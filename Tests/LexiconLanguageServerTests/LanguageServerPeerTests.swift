import Foundation
import TestSupport
import Testing

/// `lexgen lsp` with the client of pytest-lsp, in the roles of several editors.
@Suite(
  .enabled(
    if: PythonEnvironment.has("pytest_lsp"),
    "no Python with pytest-lsp: run .ci/python, or set LEXGEN_PYTHON"
  )
)
struct LanguageServerPeerTests {
  @Test func editorsAgree() async throws {
    let interpreter = try #require(PythonEnvironment.interpreter)
    let folder = PythonEnvironment.package.appending(path: "Tests/Peers/lsp").path
    let child = try await ChildProcess.run(
      URL(filePath: "/usr/bin/env"),
      [
        "LEXGEN=\(try ChildProcess.built("lexgen").path)", interpreter.path, "-B", "-m", "pytest",
        "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder,
      ],
      seconds: 300
    )
    let output = child.lines.suffix(60).joined(separator: "\n")
    #expect(child.status == 0, "\(output)")
    #expect(output.contains("18 passed"), "\(output)")
  }
}
