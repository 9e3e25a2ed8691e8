import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import XRPC
import XRPCServer

/// A record that may be written: within the data model and its bounds, of its collection's type,
/// and, where that was asked for, by its lexicon. Whether its blobs are here is looked up when it
/// is written.
struct CheckedRecord: Sendable {
  enum Validation: Sendable {
    /// The record follows its lexicon.
    case valid
    /// The lexicon is not known here.
    case unknown
    /// The caller asked for no validation.
    case none
  }

  /// The record in DAG-CBOR.
  let block: [UInt8]
  let cid: CID
  let blobs: [Blob]
  let validation: Validation

  /// Sync specification, "`#commit` Events": records of at most a million bytes can be synced.
  private static let limits: DataLimits = {
    var limits = DataLimits.record
    limits.inputSize = CommitLimits.sync.record
    return limits
  }()

  /// - Parameters:
  ///   - path: where the record is to be.
  ///   - validate: true asks for validation against the lexicon or a refusal, false for none, nil
  ///     for what can be done.
  init(_ value: DataValue, at path: RepoPath, validate: Bool?) throws {
    let collection = path.collection.string
    var value = value
    guard case .object(var object) = value else {
      throw XRPCServerError.invalidRequest("a record is an object")
    }
    if object["$type"] == nil {
      // Clients leave it out, since the reference implementation fills it in.
      object["$type"] = .string(collection)
      value = .object(object)
    }
    guard value.type == collection else {
      throw XRPCServerError.invalidRequest(
        "the record's $type must be its collection, \(collection)"
      )
    }
    blobs = value.blobs
    // Data Model specification, "`blob` Type": the deprecated form must not be written any more.
    // It names no type, so it is told by its fields, as the reference implementation does.
    guard !value.hasLegacyBlob else {
      throw XRPCServerError.invalidRequest("the record refers to a blob in the deprecated form")
    }
    block = value.cborBytes()
    do throws(DataError) {
      _ = try DataValue(cbor: block, limits: Self.limits)
    } catch {
      throw XRPCServerError.invalidRequest("record: \(error)")
    }
    cid = CID(hashingDAGCBOR: block)
    validation = try Self.validate(block, at: path, validate)
  }

  private static func validate(
    _ block: [UInt8],
    at path: RepoPath,
    _ validate: Bool?
  ) throws -> Validation {
    if validate == false { return .none }
    guard let lexicon = RecordLexicon.bundled[path.collection.string] else {
      guard validate == nil else {
        throw XRPCServerError.invalidRequest("the lexicon \(path.collection) is not known here")
      }
      return .unknown
    }
    if let fault = lexicon.fault(in: block, recordKey: path.recordKey) {
      throw XRPCServerError.invalidRequest("not a valid \(path.collection): \(fault)")
    }
    return .valid
  }
}

extension DataValue {
  /// Whether an object in the value is a blob reference in the deprecated form: a CID and a MIME
  /// type, and nothing else.
  fileprivate var hasLegacyBlob: Bool {
    switch self {
    case .array(let elements): elements.contains(where: \.hasLegacyBlob)
    case .object(let object):
      object.count == 2 && (try? CID(object["cid"]?.string ?? "")) != nil
        && object["mimeType"]?.string?.isEmpty == false
        || object.contains { $0.value.hasLegacyBlob }
    default: false
    }
  }
}
