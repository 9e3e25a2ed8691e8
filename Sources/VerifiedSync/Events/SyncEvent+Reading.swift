public import ATProtoData
import ATProtoSyntax

extension SyncEvent {
  /// Reads an event in the form of ``json``. Throws a `DataError` or a `SyntaxError` if a field is
  /// missing or not valid.
  public init(_ value: DataValue) throws {
    let id = try value.field("id", \.integer)
    switch try value.field("type", \.string) {
    case "record":
      self.init(id: id, kind: .record(try RecordChange(try value.field("record") { $0 })))
    case "identity":
      self.init(id: id, kind: .identity(try IdentityChange(try value.field("identity") { $0 })))
    default:
      throw DataError(code: .typeMismatch, offset: 0, reason: "'type' is not known")
    }
  }
}

extension RecordChange {
  fileprivate init(_ value: DataValue) throws {
    guard let action = Action(rawValue: try value.field("action", \.string)) else {
      throw DataError(code: .typeMismatch, offset: 0, reason: "'action' is not known")
    }
    self.init(
      isLive: try value.field("live", \.boolean),
      rev: try TID(value.field("rev", \.string)),
      did: try DID(value.field("did", \.string)),
      collection: try NSID(value.field("collection", \.string)),
      recordKey: try RecordKey(value.field("rkey", \.string)),
      action: action,
      cid: try value["cid"]?.string.map { text throws(DataError) in try CID(text) },
      record: value["record"]
    )
  }
}

extension IdentityChange {
  fileprivate init(_ value: DataValue) throws {
    self.init(
      did: try DID(value.field("did", \.string)),
      handle: try Handle(value.field("handle", \.string)),
      isActive: try value.field("is_active", \.boolean),
      status: try value["state"]?.string ?? value.field("status", \.string)
    )
  }
}

extension DataValue {
  fileprivate func field<Value>(
    _ name: String,
    _ read: (DataValue) -> Value?
  ) throws(DataError) -> Value {
    guard let value = self[name].flatMap(read) else {
      throw DataError(code: .missingField, offset: 0, reason: "'\(name)' is missing or malformed")
    }
    return value
  }
}
