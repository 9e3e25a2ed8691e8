import ATProtoSyntax

/// A set of documents, indexed by NSID.
public struct Catalog: Sendable {
  /// The documents, sorted by NSID. Each NSID occurs once.
  public let documents: [LexiconDocument]
  private let index: [String: Int]
  /// The positions of the definitions of each document, by name.
  private let definitions: [[String: Int]]

  /// Creates a catalog. Of several documents with the same NSID, it keeps the first.
  public init(_ documents: [LexiconDocument]) {
    var index: [String: Int] = [:]
    index.reserveCapacity(documents.count)
    var unique: [LexiconDocument] = []
    unique.reserveCapacity(documents.count)
    for document in documents where index.updateValue(0, forKey: document.id.value.string) == nil {
      unique.append(document)
    }
    unique.sort { $0.id.value < $1.id.value }
    for (position, document) in unique.enumerated() {
      index[document.id.value.string] = position
    }
    self.documents = unique
    self.index = index
    definitions = unique.map { document in
      var names: [String: Int] = [:]
      names.reserveCapacity(document.definitions.count)
      for (position, definition) in document.definitions.enumerated() {
        names[definition.name.value] = position
      }
      return names
    }
  }

  /// The document with the given NSID, or nil if there is none.
  public subscript(nsid: String) -> LexiconDocument? {
    index[nsid].map { documents[$0] }
  }

  /// Returns the target of a reference, or nil if the catalog does not contain it.
  public func definition(_ reference: Reference) -> Definition? {
    guard let position = position(of: reference.nsid),
      let definition = definitions[position][reference.definition]
    else { return nil }
    return documents[position].definitions[definition]
  }

  func position(of nsid: NSID) -> Int? {
    index[nsid.string]
  }
}
