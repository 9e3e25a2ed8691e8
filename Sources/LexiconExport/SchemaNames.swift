import ATProtoSyntax
import Lexicon

/// The locations and names of the schemas in a bundle.
///
///     app.bsky.feed.post            the main definition
///     app.bsky.feed.defs_postView   any other
///
/// OpenAPI 3.1, "Components Object": keys match `^[a-zA-Z0-9._-]+$`. NSIDs do not contain
/// underscores, so two definitions never share a name. Other characters in the name of a definition
/// are written as an underscore, the hexadecimal number, and a period.
struct SchemaNames: Sendable {
  /// `#/$defs/` or `#/components/schemas/`.
  let prefix: String

  /// The name of the schema of all data. An NSID always has a period.
  static let data = "data"

  static func name(_ nsid: String, _ definition: String) -> String {
    guard definition != "main" else { return nsid }
    let letters = definition.unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar))
      return isPlain ? String(scalar) : "_\(String(scalar.value, radix: 16))."
    }
    return "\(nsid)_\(letters.joined())"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  func reference(to reference: Reference) -> OrderedJSON {
    .string(prefix + Self.name(reference.nsid.string, reference.definition))
  }

  /// A reference to the schema of all data.
  var toData: OrderedJSON { .string(prefix + Self.data) }
}
