import Foundation
import PackagePlugin

/// `swift package generate-lexicons [ARGUMENT…]`: runs `lexgen generate` in the package's folder.
///
/// Without arguments it does what `lexgen.yaml` there says; arguments are those of
/// `lexgen generate`. For who keeps generated sources and wants no build plugin.
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
      throw Failure(description: "lexgen ended with status \(process.terminationStatus)")
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}
