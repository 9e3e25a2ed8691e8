// Lexicon specification, "language": a tag of BCP 47. RFC 5646, 2.1:
//
//   Language-Tag  = langtag / privateuse / irregular
//   langtag       = language [ "-" script ] [ "-" region ] *( "-" variant ) *( "-" extension )
//                   [ "-" privateuse ]
//   language      = 2*3( a-z ) *3( "-" 3ALPHA )          ; the rest is extlang
//   script        = 4ALPHA
//   region        = 2ALPHA / 3DIGIT
//   variant       = 5*8alphanum / ( DIGIT 3alphanum )
//   extension     = singleton 1*( "-" 2*8alphanum )      ; singleton: alphanum, not "x"
//   privateuse    = "x" 1*( "-" 1*8alphanum )
//   irregular     = the grandfathered tags that the rule above does not generate
//
// Two requirements are stricter than the RFC's "well-formed", like the protocol's test vectors: the
// primary language is a lowercase ISO 639 code of two or three letters (the RFC also reserves codes
// of four letters and allows registering codes of five to eight, but none are registered), and no
// variant or singleton occurs twice (RFC 5646, 2.2.9, requires this only of valid tags; the error
// code is `duplicate`). At most 128 bytes: RFC 5646, 4.4.1, allows a protocol to set a limit.

/// A language tag, such as `ja`, `pt-BR` or `hy-Latn-IT-arevela`.
///
/// Two tags are equal if their strings are; tags that differ only in case mean the same.
public struct Language: StringFormat {
  /// The name of the format in Lexicon documents: `language`.
  public static var formatName: String { "language" }

  static let maximumLength = 128

  /// The string, exactly as it was given.
  public let string: String

  /// Parses a string, all of which must be a language tag.
  public init(_ text: String) throws(SyntaxError) {
    do throws(Fault) {
      var scanner = LanguageScanner()
      try scanner.scan(text.utf8Span.span)
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    self.string = text
  }

  /// The subtags between the hyphens.
  public var subtags: [Substring] {
    string.split(separator: "-")
  }

  /// The tag in the case that RFC 5646, 2.1.1, recommends: `az-Latn-AZ`, `sr-ME-x-ab-latn`.
  ///
  /// Tags that differ only in case become equal.
  public var normalized: Language {
    var text = ""
    var isAfterSingleton = false
    for subtag in subtags {
      let lower = subtag.lowercased()
      if text.isEmpty {
        text = lower
      } else if isAfterSingleton {
        text += "-" + lower
      } else {
        switch lower.utf8.count {
        case 2: text += "-" + lower.uppercased()
        case 4: text += "-" + lower.prefix(1).uppercased() + lower.dropFirst()
        default: text += "-" + lower
        }
      }
      if lower.utf8.count == 1 { isAfterSingleton = true }
    }
    return Language(unchecked: text)
  }

  private init(unchecked text: String) {
    string = text
  }

  /// The ISO 639 code at the beginning: `pt` in `pt-BR`; `nil` for private use (`x-…`) and for the
  /// grandfathered `i-…`.
  public var primaryLanguage: String? {
    let primary = string.prefix { $0 != "-" }
    return primary.utf8.count > 1 ? String(primary) : nil
  }
}
