import ATProtoData
import ATProtoSyntax
import Lexicon

/// The file of a fetched record.
enum DocumentText {
  /// The record in the layout of JavaScript, as `lex install` writes it.
  ///
  /// - Throws: ``LexiconError/Code/tooLarge``. A record of 1 MiB that is nested 128 levels deep would
  ///   be indented to hundreds of megabytes.
  static func bytes(of lexicon: ResolvedLexicon) throws(LexiconError) -> [UInt8] {
    var remaining = LexiconFolder.maximumFileBytes
    measure(lexicon.record, indentation: 0, &remaining)
    guard remaining > 0 else {
      throw LexiconError(
        .tooLarge,
        "cannot install \(lexicon.nsid): its file would have more than "
          + "\(LexiconFolder.maximumFileBytes >> 20) MiB",
        nsid: lexicon.nsid
      )
    }
    return LexiconFile.formatted(lexicon.record)
  }

  /// Subtracts at least the bytes of a value's text without its escapes, and stops below zero.
  private static func measure(_ value: DataValue, indentation: Int, _ remaining: inout Int) {
    guard remaining > 0 else { return }
    switch value {
    case .null, .boolean, .integer: remaining -= 1
    case .string(let text): remaining -= text.utf8.count + 2
    case .bytes(let bytes): remaining -= bytes.count * 4 / 3 + 2 * indentation
    case .link: remaining -= 64 + 2 * indentation
    case .array(let items):
      for item in items {
        remaining -= indentation + 4
        measure(item, indentation: indentation + 2, &remaining)
      }
    case .object(let fields):
      for (key, item) in fields {
        remaining -= indentation + key.utf8.count + 8
        measure(item, indentation: indentation + 2, &remaining)
      }
    }
  }

  /// Checks a document against the Lexicon language. Advice does not matter, and neither do
  /// references to definitions that do not exist, because their documents may not be known yet.
  ///
  /// - Throws: ``LexiconError/Code/invalidRecord``.
  static func check(_ bytes: [UInt8], of nsid: NSID) throws(LexiconError) {
    let file = SourceFile(path: LexiconFile.path(of: nsid), bytes: bytes)
    let errors = CheckedCatalog.checkPart([file]).diagnostics
      .filter { $0.severity == .error && $0.rule != "unresolved-reference" }
    guard let first = errors.first else { return }
    let others = errors.count > 1 ? " (and \(errors.count - 1) more errors)" : ""
    throw LexiconError(
      .invalidRecord,
      "\(nsid) is not a valid Lexicon document: line \(first.location.line): "
        + "\(first.message)\(others); install it anyway with --allow-invalid",
      nsid: nsid
    )
  }
}
