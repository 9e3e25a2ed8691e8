/// The package that generated code links against, as referenced by a generated manifest.
public struct RuntimePackage: Hashable, Sendable {
  /// Modules of this package that are generated from lexicons, with the products that contain them.
  /// SwiftPM accepts a module name only once in a package graph, so a package that depends on this
  /// one cannot generate them again.
  public static let generatedModules: [String: String] = [
    "ComAtprotoAPI": "ComAtprotoAPI", "AppBskyAPI": "AppBskyAPI", "ChatBskyAPI": "ToolsOzoneAPI",
    "ToolsOzoneAPI": "ToolsOzoneAPI", "DevLexgenAPI": "DevLexgenAPI",
    "BlueMicrocosmAPI": "DevLexgenAPI",
  ]

  /// Which versions of a repository a generated manifest accepts.
  public enum Requirement: Hashable, Sendable {
    /// A version and everything that is compatible with it.
    case from(String)
    /// One version.
    case exact(String)
    /// The newest commit of a branch.
    case branch(String)

    /// The argument of `.package(url:)`, as Swift source.
    var source: String {
      switch self {
      case .from(let version): "from: \(SwiftLiteral.string(version))"
      case .exact(let version): "exact: \(SwiftLiteral.string(version))"
      case .branch(let name): "branch: \(SwiftLiteral.string(name))"
      }
    }
  }

  /// The element of `dependencies`, as Swift source. Generated code needs none of the traits, which add
  /// networking and server packages.
  public let dependency: String
  /// The package's name, as used in product dependencies.
  public let name: String

  /// Creates a reference to a package.
  ///
  /// - Parameters:
  ///   - location: a directory, relative to the new package, or the URL of a repository.
  ///   - requirement: the versions of a repository.
  public init(location: String, requirement: Requirement) {
    let last = location.split(separator: "/").last.map(String.init) ?? location
    let place = SwiftLiteral.string(location)
    if location.contains("://") || location.hasPrefix("git@") {
      name = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
      dependency = ".package(url: \(place), \(requirement.source), traits: [])"
    } else {
      name = "lexgen"
      dependency = ".package(name: \"lexgen\", path: \(place), traits: [])"
    }
  }
}
