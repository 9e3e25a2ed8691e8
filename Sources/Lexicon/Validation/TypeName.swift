import ATProtoData
import ATProtoSyntax

// Lexicon specification, "$type":
//
//   type = nsid [ "#" name ]     ; "use of a `#main` suffix is invalid"
//   name = 1*char                ; without "#"

/// The syntax of `$type`.
enum TypeName {
  /// Returns why a text is not the name of a type, or nil if it is.
  static func fault(in text: String) -> String? {
    let bytes = text.utf8
    guard let hash = bytes.firstIndex(of: UInt8(ascii: "#")) else {
      return (try? NSID(text)) == nil ? malformed(text) : nil
    }
    if hash == bytes.startIndex {
      return "$type must be a full name, not '\(text.excerpt)'"
    }
    let name = text[bytes.index(after: hash)...]
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "#")),
      (try? NSID(String(text[..<hash]))) != nil
    else { return malformed(text) }
    return name == "main" ? "$type must not end with '#main'" : nil
  }

  private static func malformed(_ text: String) -> String {
    "$type must be an NSID, with '#' and a name for definitions other than main; "
      + "found '\(text.excerpt)'"
  }
}
