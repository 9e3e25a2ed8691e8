import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Labeler
import XRPC
import XRPCClient

/// The declaration of a labeler in the repository of its account: `app.bsky.labeler.service/self`.
struct LabelerDeclaration: Sendable {
  enum Outcome: String, Sendable {
    case created, updated, unchanged, removed, absent
  }

  let client: XRPCClient
  let did: FormatString<DID>

  private static let collection = AppBsky.Labeler.Service.nsid

  /// Reads a declaration from a file, and warns about what apps cannot use.
  static func read(_ path: String, _ output: OutputOptions) throws -> DataValue {
    let record = try InputFile.record(path, in: try NSID(collection))
    for problem in try problems(record) { output.warn("\(path): \(problem)") }
    return record
  }

  /// The problems of a declaration; throws if it does not have the form of one.
  static func problems(_ record: DataValue) throws -> [String] {
    do {
      return LabelDefinitions.problems(try AppBsky.Labeler.Service(record))
    } catch {
      throw CommandError(reason: "the declaration is not a valid \(collection): \(error)")
    }
  }

  /// The declaration of a labeler without values of its own. Without one, apps do not offer the
  /// labeler at all.
  static func minimal(at time: Datetime) -> DataValue {
    [
      "$type": .string(collection), "policies": ["labelValues": []],
      "createdAt": .string(time.string),
    ]
  }

  /// The stored declaration; nil if there is none.
  func stored() async throws -> DataValue? {
    do {
      return try await client.comAtproto.repo.getRecord(
        ComAtproto.Repo.GetRecord.Parameters(
          repo: FormatString(did.string),
          collection: FormatString(Self.collection),
          rkey: FormatString(LabelerIdentity.declarationKey)
        )
      ).value
    } catch {
      guard case .failure(let failure, _) = error, failure.errorBody.name == "RecordNotFound" else {
        throw error
      }
      return nil
    }
  }

  /// Writes a declaration, unless it is the stored one.
  ///
  /// - Parameter record: nil to keep what is stored, or to store a minimal one.
  func write(_ record: DataValue?) async throws -> Outcome {
    let former = try await stored()
    var chosen = record
    if chosen == nil, former == nil { chosen = Self.minimal(at: .now) }
    guard var record = chosen else { return .unchanged }
    if record["createdAt"] == nil, var object = record.object {
      object["createdAt"] = former?["createdAt"] ?? .string(Datetime.now.string)
      record = .object(object)
    }
    guard record != former else { return .unchanged }
    _ = try await client.comAtproto.repo.putRecord(
      ComAtproto.Repo.PutRecord.Input(
        repo: FormatString(did.string),
        collection: FormatString(Self.collection),
        rkey: FormatString(LabelerIdentity.declarationKey),
        record: record
      )
    )
    return former == nil ? .created : .updated
  }

  func remove() async throws -> Outcome {
    guard try await stored() != nil else { return .absent }
    _ = try await client.comAtproto.repo.deleteRecord(
      ComAtproto.Repo.DeleteRecord.Input(
        repo: FormatString(did.string),
        collection: FormatString(Self.collection),
        rkey: FormatString(LabelerIdentity.declarationKey)
      )
    )
    return .removed
  }
}
