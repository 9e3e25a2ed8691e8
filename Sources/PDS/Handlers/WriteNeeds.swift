import ATProtoAuth
import ATProtoData
import ComAtprotoAPI

/// The permissions that writes to a repository need (Permission specification, "repo"): they depend
/// only on the collections and the kinds of the writes.
enum WriteNeeds {
  /// The methods that write records.
  static let nsids: Set = [
    ComAtproto.Repo.CreateRecord.nsid, ComAtproto.Repo.PutRecord.nsid,
    ComAtproto.Repo.DeleteRecord.nsid, ComAtproto.Repo.ApplyWrites.nsid,
  ]

  static func create(in collection: String) -> [PermissionNeed] {
    [.repo(.create, collection: collection)]
  }

  /// Whether the record exists is not known before the write.
  static func put(in collection: String) -> [PermissionNeed] {
    [.repo(.create, collection: collection), .repo(.update, collection: collection)]
  }

  static func delete(in collection: String) -> [PermissionNeed] {
    [.repo(.delete, collection: collection)]
  }

  /// Each need once, in the order of the writes, so that the error names the first that is not
  /// permitted.
  static func batch(_ needs: some Sequence<PermissionNeed>) -> [PermissionNeed] {
    var found = Set<PermissionNeed>()
    return needs.filter { found.insert($0).inserted }
  }

  /// What a call needs whose input cannot be decoded as that of its method, as far as the body tells.
  static func needs(of nsid: String, refused body: [UInt8]) -> [PermissionNeed] {
    guard let input = try? JSONValue(json: body, limits: .default) else { return [] }
    if nsid == ComAtproto.Repo.ApplyWrites.nsid {
      guard case .array(let writes)? = input["writes"] else { return [] }
      return batch(writes.lazy.compactMap(need(of:)))
    }
    guard let collection = input["collection"]?.string else { return [] }
    switch nsid {
    case ComAtproto.Repo.CreateRecord.nsid: return create(in: collection)
    case ComAtproto.Repo.PutRecord.nsid: return put(in: collection)
    default: return delete(in: collection)
    }
  }

  private static func need(of write: JSONValue) -> PermissionNeed? {
    guard let collection = write["collection"]?.string else { return nil }
    switch write["$type"]?.string {
    case ComAtproto.Repo.ApplyWrites.nsid + "#create":
      return .repo(.create, collection: collection)
    case ComAtproto.Repo.ApplyWrites.nsid + "#update":
      return .repo(.update, collection: collection)
    case ComAtproto.Repo.ApplyWrites.nsid + "#delete":
      return .repo(.delete, collection: collection)
    default: return nil
    }
  }
}
