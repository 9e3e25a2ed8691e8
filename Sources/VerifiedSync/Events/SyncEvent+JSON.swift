public import ATProtoData
import ATProtoSyntax

extension SyncEvent {
  /// The event in the form that clients of the reference consumer know:
  ///
  ///     { "id": 1, "type": "record", "record": { "live", "rev", "did", "collection", "rkey",
  ///       "action", "cid"?, "record"? } }
  ///     { "id": 2, "type": "identity", "identity": { "did", "handle", "is_active", "status",
  ///       "state" } }
  ///
  /// Those clients reject a `status` that they do not know, so it is one of five; `state` is the true
  /// one.
  public var json: DataValue {
    switch kind {
    case .record(let change): ["id": .integer(id), "type": "record", "record": change.json]
    case .identity(let change): ["id": .integer(id), "type": "identity", "identity": change.json]
    }
  }
}

extension RecordChange {
  fileprivate var json: DataValue {
    var object: DataObject = [
      "live": .boolean(isLive), "rev": .string(rev.string), "did": .string(did.string),
      "collection": .string(collection.string), "rkey": .string(recordKey.string),
      "action": .string(action.rawValue),
    ]
    if let cid { object["cid"] = .string(cid.string) }
    if let record { object["record"] = record }
    return .object(object)
  }
}

extension IdentityChange {
  fileprivate var json: DataValue {
    [
      "did": .string(did.string), "handle": .string(handle.string),
      "is_active": .boolean(isActive), "status": .string(knownStatus), "state": .string(status),
    ]
  }

  private var knownStatus: String {
    if isActive { return "active" }
    let known = ["takendown", "suspended", "deactivated", "deleted"]
    return known.contains(status) ? status : "deactivated"
  }
}
