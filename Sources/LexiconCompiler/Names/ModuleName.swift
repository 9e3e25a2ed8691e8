/// The constraints on module names: a name becomes a directory and a Swift identifier.
public enum ModuleName {
  /// Returns why `name` is not a valid module name, without a period, or nil if it is valid.
  public static func fault(in name: String) -> String? {
    let scalars = name.unicodeScalars
    guard let first = scalars.first, isLetter(first),
      scalars.allSatisfy({ isLetter($0) || ("0"..."9").contains($0) })
    else { return "'\(name)' is not a Swift identifier of ASCII letters, digits, and underscores" }
    guard !SwiftKeywords.needsBackticks(name), !SwiftKeywords.forbiddenTypes.contains(name) else {
      return "'\(name)' is a Swift keyword or a type of the runtime"
    }
    guard !runtime.contains(name) else { return "'\(name)' is a module of the runtime" }
    return nil
  }

  private static let runtime: Set<String> = ["ATProtoData", "ATProtoSyntax", "XRPC"]

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }
}
