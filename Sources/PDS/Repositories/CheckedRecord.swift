import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import XRPC
import XRPCServer

/// A record that may be written: it conforms to the data model and its limits, its type is its
/// collection, and, if requested, it is valid according to its lexicon. Whether its blobs have been
/// uploaded is checked when it is written.
struct CheckedRecord: Sendable {
  enum Validation: Sendable {
    /// The record is valid according to its lexicon.
    case valid
    /// The server does not know the lexicon.
    case unknown
    /// The request requires validation, and the lexicon is not compiled into the server:
    /// ``CheckedRecord/validate(by:at:)`` comes before the write.
    case required
    /// The request disabled validation.
    case none
  }

  /// The record in DAG-CBOR.
  let block: [UInt8]
  let cid: CID
  let blobs: [Blob]
  private(set) var validation: Validation

  /// Sync specification, "`#commit` Events": a record has at most a million bytes.
  private static let limits: DataLimits = {
    var limits = DataLimits.record
    limits.inputSize = CommitLimits.sync.record
    return limits
  }()

  /// - Parameters:
  ///   - path: where the record will be.
  ///   - validate: true to require validation against the lexicon, false to skip it, nil to
  ///     validate if the lexicon is known.
  init(_ value: DataValue, at path: RepoPath, validate: Bool?) throws {
    let collection = path.collection.string
    var value = value
    guard case .object(var object) = value else {
      throw XRPCServerError.invalidRequest("a record must be an object")
    }
    if object["$type"] == nil {
      // Clients omit it, since the reference implementation adds it.
      object["$type"] = .string(collection)
      value = .object(object)
    }
    guard value.type == collection else {
      throw XRPCServerError.invalidRequest(
        "the $type of the record must be its collection, \(collection)"
      )
    }
    blobs = value.blobs
    // Data Model specification, "`blob` Type": the deprecated form must no longer be written. It has
    // no $type, so it is recognized by its fields, as in the reference implementation.
    guard !value.hasLegacyBlob else {
      throw XRPCServerError.invalidRequest(
        "the record contains a blob reference in the deprecated form"
      )
    }
    block = value.cborBytes()
    do throws(DataError) {
      _ = try DataValue(cbor: block, limits: Self.limits)
    } catch {
      throw XRPCServerError.invalidRequest("not a valid record: \(error)")
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
      return validate == nil ? .unknown : .required
    }
    try check(lexicon.problem(with: block, recordKey: path.recordKey), at: path)
    return .valid
  }

  /// Validates the record by a lexicon that is not compiled into the server.
  mutating func validate(by schema: RecordSchema, at path: RepoPath) throws {
    try Self.check(schema.problem(with: block, recordKey: path.recordKey), at: path)
    validation = .valid
  }

  private static func check(_ problem: String?, at path: RepoPath) throws(XRPCServerError) {
    if let problem { throw .invalidRequest("not a valid \(path.collection): \(problem)") }
  }
}

/// A write whose record has been checked.
enum CheckedWrite: Sendable {
  case create(RepoPath, CheckedRecord)
  case update(RepoPath, CheckedRecord)
  case delete(RepoPath)

  var path: RepoPath {
    switch self {
    case .create(let path, _), .update(let path, _), .delete(let path): path
    }
  }

  var record: CheckedRecord? {
    switch self {
    case .create(_, let record), .update(_, let record): record
    case .delete: nil
    }
  }

  /// The collection whose lexicon has to be resolved before the write; nil if none has to.
  var requiredLexicon: NSID? { record?.validation == .required ? path.collection : nil }

  /// Validates the record by a lexicon that is not compiled into the server.
  mutating func validate(by schema: RecordSchema) throws {
    switch self {
    case .create(let path, var record):
      try record.validate(by: schema, at: path)
      self = .create(path, record)
    case .update(let path, var record):
      try record.validate(by: schema, at: path)
      self = .update(path, record)
    case .delete: break
    }
  }

  var write: RecordWrite {
    switch self {
    case .create(let path, let record): .create(path, record: record.block)
    case .update(let path, let record): .update(path, record: record.block)
    case .delete(let path): .delete(path)
    }
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
