/// The package that generated code links against, as referenced by a generated manifest.
public struct RuntimePackage: Hashable, Sendable {
  /// Modules of this package that are generated from lexicons. SwiftPM accepts a module name only
  /// once in a package graph, so a package that depends on this one cannot generate them again.
  public static let generatedModules: Set<String> = [
    "ComAtprotoAPI", "AppBskyAPI", "ChatBskyAPI", "ToolsOzoneAPI",
  ]

  /// The element of `dependencies`, as Swift source.
  public let dependency: String
  /// The package's name, as used in product dependencies.
  public let name: String

  /// - Parameter location: a directory, relative to the new package, or the URL of a repository.
  public init(location: String) {
    let last = location.split(separator: "/").last.map(String.init) ?? location
    if location.contains("://") || location.hasPrefix("git@") {
      name = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
      dependency = ".package(url: \(SwiftLiteral.string(location)), branch: \"main\")"
    } else {
      name = "lexgen"
      dependency = ".package(name: \"lexgen\", path: \(SwiftLiteral.string(location)))"
    }
  }
}
