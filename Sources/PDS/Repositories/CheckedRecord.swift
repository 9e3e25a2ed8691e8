import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import XRPC

/// A record that may be written: within the data model and its bounds, and of its collection's
/// type. Whether it follows its lexicon is not looked at yet.
struct CheckedRecord: Sendable {
  /// The record in DAG-CBOR.
  let block: [UInt8]
  let cid: CID
  /// The `validationStatus` to answer; nil where the caller asked for no validation.
  let isUnknownToLexicons: Bool

  /// Sync specification, "`#commit` Events": records of at most a million bytes can be synced.
  private static let limits: DataLimits = {
    var limits = DataLimits.record
    limits.inputSize = CommitLimits.sync.record
    return limits
  }()

  /// - Parameter validate: true asks for validation against the lexicon or a refusal, false for
  ///   none, nil for what can be done.
  init(_ value: DataValue, in collection: FormatString<NSID>, validate: Bool?) throws {
    guard case .object = value else {
      throw XRPCServerError.invalidRequest("a record is an object")
    }
    guard value.type == collection.string else {
      throw XRPCServerError.invalidRequest(
        "the record's $type must be its collection, \(collection)"
      )
    }
    if validate == true {
      throw XRPCServerError.invalidRequest(
        "validation against lexicons is not supported yet; leave validate out"
      )
    }
    guard value.blobs.isEmpty else {
      throw UnknownFailure(
        XRPCErrorBody(
          name: "BlobNotFound",
          message: "the record refers to a blob, and blobs are not supported yet"
        )
      )
    }
    block = value.cborBytes()
    do throws(DataError) {
      _ = try DataValue(cbor: block, limits: Self.limits)
    } catch {
      throw XRPCServerError.invalidRequest("record: \(error)")
    }
    cid = CID(hashingDAGCBOR: block)
    isUnknownToLexicons = validate == nil
  }
}
