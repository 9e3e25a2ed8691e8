public import ATProtoData
import ATProtoRepo
public import ATProtoSyntax

/// A document in a file, as the record that publishes it.
///
/// Lexicon specification, "Lexicon Publication and Resolution": the record is the document with the
/// `$type` `com.atproto.lexicon.schema`, and its record key is the NSID.
public struct LocalLexicon: Hashable, Sendable {
  /// The NSID of the document, with its authority in lowercase.
  public let nsid: NSID
  /// The path of the file, as it was named.
  public let path: String
  /// The document with its `$type`.
  public let record: DataValue
  /// The CID of the record.
  public let cid: CID

  /// Creates a document from a value, with or without its `$type`.
  public init(nsid: NSID, path: String, value: DataValue) {
    var record = value
    if record["$type"] == nil { record["$type"] = .string(LexiconResolver.collection.string) }
    self.nsid = nsid
    self.path = path
    self.record = record
    cid = CID(hashingDAGCBOR: record.cborBytes())
  }
}

extension LocalLexicon {
  /// Whether the record's `id` is the NSID byte for byte, without which it never resolves.
  var hasNormalizedID: Bool { record["id"]?.string == nsid.string }

  /// The size of the record in DAG-CBOR.
  var byteCount: Int { record.cborBytes().count }
}
