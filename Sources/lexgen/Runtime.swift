import ArgumentParser
import LexiconCompiler

/// The package that generated code links against.
struct Runtime {
  /// Generated modules that it has itself: SwiftPM takes a name once in a whole graph.
  static let modules: Set<String> = ["ComAtprotoAPI", "AppBskyAPI"]

  static func refuseItsOwnModules(_ modules: [SwiftModule]) throws {
    guard let name = modules.map(\.name).first(where: Self.modules.contains) else { return }
    throw ValidationError(
      "The runtime's package has a module '\(name)' itself: import it ('imports' in lexgen.yaml), "
        + "or give yours another name ('targets' in lexgen.yaml)."
    )
  }

  let dependency: (dependency: String, name: String)

  init(_ location: String) {
    let name = location.split(separator: "/").last.map(String.init) ?? location
    if location.contains("://") || location.hasPrefix("git@") {
      let package = name.hasSuffix(".git") ? String(name.dropLast(4)) : name
      dependency = (".package(url: \(SwiftLiteral.string(location)), branch: \"main\")", package)
    } else {
      dependency = (".package(name: \"lexgen\", path: \(SwiftLiteral.string(location)))", "lexgen")
    }
  }
}
