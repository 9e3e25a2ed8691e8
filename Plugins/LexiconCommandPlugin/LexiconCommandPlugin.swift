import Foundation
import PackagePlugin

/// `swift package generate-lexicons [ARGUMENT…]`: runs `lexgen generate` in the package directory.
///
/// Without arguments, it follows the `lexgen.yaml` in that directory; arguments are passed to
/// `lexgen generate`. For packages that commit generated sources instead of using the build plugin.
@main
struct LexiconCommandPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    let configuration = context.package.directoryURL.appending(path: "lexgen.yaml")
    let path = configuration.path(percentEncoded: false)
    guard !arguments.isEmpty || FileManager.default.fileExists(atPath: path) else {
      throw Failure(
        description:
          "cannot find \(path); create it with 'inputs' and 'output', or pass arguments: "
          + "swift package generate-lexicons Lexicons --output Sources/MyLexicons"
      )
    }
    let process = Process()
    process.executableURL = try context.tool(named: "lexgen").url
    process.arguments = ["generate"] + arguments
    process.currentDirectoryURL = context.package.directoryURL
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw Failure(description: "lexgen failed with status \(process.terminationStatus)")
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}
