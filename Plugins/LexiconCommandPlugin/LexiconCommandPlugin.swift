import Foundation
import PackagePlugin

/// `swift package generate-lexicons [ARGUMENT…]`: runs `lexgen generate` in the package directory.
///
/// Without arguments, it follows the `lexgen.yaml` in that directory; arguments are passed to
/// `lexgen generate`. For packages that commit generated sources instead of using the build plugin.
@main
struct LexiconCommandPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
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
