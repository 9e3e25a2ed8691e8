import ATProtoData
import ATProtoSyntax
import HTTPTypes
import LexiconSamples
import XRPC
import XRPCServer

/// The methods of `com.atproto.repo`, and `com.atproto.sync.getBlob`, on repositories in memory.
struct RepositoryMethods: Sendable {
  let repositories: MockRepositories

  /// The answer of a method on repositories; nil for any other method.
  func answer(_ call: MockCall) throws(XRPCServerError) -> MockAnswer? {
    switch call.nsid {
    case "com.atproto.repo.getRecord":
      let value = try repositories.get(
        try person(call),
        call.text("collection") ?? "",
        call.text("rkey") ?? "",
        cid: call.text("cid"),
        seed: try call.seed()
      )
      return MockAnswer(value)
    case "com.atproto.repo.listRecords":
      let value = try repositories.list(
        try person(call),
        call.text("collection") ?? "",
        limit: call.parameters["limit"]?.integer ?? 50,
        cursor: call.text("cursor"),
        isReverse: call.parameters["reverse"]?.boolean ?? false,
        seed: try call.seed()
      )
      return MockAnswer(value)
    case "com.atproto.repo.describeRepo": return MockAnswer(repositories.describe(try person(call)))
    case "com.atproto.repo.createRecord", "com.atproto.repo.putRecord",
      "com.atproto.repo.deleteRecord":
      return MockAnswer(try write(call))
    case "com.atproto.repo.applyWrites": return MockAnswer(try applyWrites(call))
    case "com.atproto.repo.uploadBlob":
      let type = call.fields[.contentType].map(MediaType.essence) ?? "application/octet-stream"
      return MockAnswer(try repositories.upload(call.body, type: type))
    case "com.atproto.sync.getBlob":
      return call.text("cid").flatMap(repositories.blob).map {
        MockAnswer(contentType: $0.type, body: $0.bytes)
      }
    default: return nil
    }
  }

  private func person(_ call: MockCall) throws(XRPCServerError) -> Person {
    guard let person = Person(identifier: call.text("repo") ?? "") else {
      throw .invalidRequest("repo: not a handle or a DID")
    }
    return person
  }

  private func write(_ call: MockCall) throws(XRPCServerError) -> DataValue {
    let record = call.input?["record"] ?? .null
    var write = MockWrite(
      collection: call.text("collection") ?? "",
      key: call.text("rkey"),
      action: .delete
    )
    switch call.nsid {
    case "com.atproto.repo.createRecord": write.action = .create(record)
    case "com.atproto.repo.putRecord": write.action = .put(record)
    default: break
    }
    switch call.input?["swapRecord"] {
    case nil: break
    case .string(let text)?:
      guard let cid = try? CID(text) else { throw .invalidRequest("swapRecord: not a CID") }
      write.swapRecord = .some(cid)
    default: write.swapRecord = .some(nil)
    }
    let (results, commit) = try repositories.apply(
      [write],
      to: try person(call),
      validates: call.input?["validate"]?.boolean,
      swapCommit: call.text("swapCommit"),
      seed: try call.seed()
    )
    var output = results.first ?? [:]
    output["$type"] = nil
    output["commit"] = commit
    return output
  }

  private func applyWrites(_ call: MockCall) throws(XRPCServerError) -> DataValue {
    var writes: [MockWrite] = []
    for item in call.input?["writes"]?.array ?? [] {
      let value = item["value"] ?? .null
      let action: MockWrite.Action =
        switch item.type {
        case "com.atproto.repo.applyWrites#create": .create(value)
        case "com.atproto.repo.applyWrites#update": .update(value)
        default: .delete
        }
      writes.append(
        MockWrite(
          collection: item["collection"]?.string ?? "",
          key: item["rkey"]?.string,
          action: action
        )
      )
    }
    let (results, commit) = try repositories.apply(
      writes,
      to: try person(call),
      validates: call.input?["validate"]?.boolean,
      swapCommit: call.text("swapCommit"),
      seed: try call.seed()
    )
    return ["commit": commit, "results": .array(results)]
  }
}
