import CBuiltInLexicons
package import Lexicon

/// The documents of this package's `Lexicons/`, as they were when it was compiled.
package enum BuiltInDocuments {
  /// The documents below some namespaces, sorted by NSID. Their paths are their NSIDs.
  ///
  /// - Parameter namespaces: the beginnings of NSIDs, in whole segments: `com.atproto`; nil for all
  ///   documents.
  package static func files(in namespaces: [String]? = nil) -> [SourceFile] {
    (0..<lexgen_document_count()).compactMap { index in
      let document = lexgen_document_at(index)
      guard let name = document.nsid, let bytes = document.bytes else { return nil }
      let nsid = String(cString: name)
      guard namespaces?.contains(where: { nsid.hasPrefix($0 + ".") }) ?? true else { return nil }
      return SourceFile(
        path: nsid,
        bytes: Array(UnsafeBufferPointer(start: bytes, count: document.count)),
        format: .json
      )
    }
  }
}
