import ATProtoSyntax
import HTTPTypes
import LexiconIndex
import XRPCServer

/// What an administrator can see and change.
struct AdminActions: Sendable {
  let status: IndexStatus
  let labels: LabelFollowing
  let takedowns: Takedowns
  /// Why documents of the folders are left out.
  let lexiconProblems: [String]
  let identity: AppViewIdentity

  private var ingest: Ingest { status.ingest }

  /// Indexes the stored records of a collection again. Throws 400 for one without a lexicon.
  func reindex(_ text: String) async throws {
    let collection = try Self.collection(text)
    guard status.collections.plan[collection] != nil else {
      throw XRPCServerError(
        status: .badRequest,
        name: "UnknownCollection",
        message: "\(collection) is not indexed, or it has no lexicon."
      )
    }
    try await ingest.reindex(collection)
  }

  /// Fetches the repository of a DID or a handle again. Throws 400 `RepoNotFound` if it is unknown.
  func resync(_ text: String) async throws {
    guard case .account(let did)? = try await takedowns.subject(text) else {
      throw XRPCServerError.invalidRequest("Enter the DID or the handle of an indexed account.")
    }
    guard try await ingest.resync(did) else { throw XRPCServerError.repoNotFound(.did(did)) }
  }

  /// Lists the repositories of a collection, or of all, and fetches them again.
  func backfill(_ text: String?) throws {
    guard let text else { return ingest.backfill() }
    let collection = try Self.collection(text)
    guard status.collections.contains(collection) else {
      throw XRPCServerError(
        status: .badRequest,
        name: "UnknownCollection",
        message: "\(collection) is not indexed."
      )
    }
    ingest.backfill(collection)
  }

  func takeDown(_ text: String, reference: String?) async throws {
    try await takedowns.set(subject(text), reference: reference ?? "", by: "admin page")
  }

  func reverseTakedown(of text: String) async throws {
    try await takedowns.set(subject(text), reference: nil, by: "admin page")
  }

  private func subject(_ text: String) async throws -> Takedowns.Subject {
    guard let subject = try await takedowns.subject(text) else {
      throw XRPCServerError.invalidRequest(
        "Enter the DID or the handle of an account, or the URI of a record."
      )
    }
    return subject
  }

  private static func collection(_ text: String) throws(XRPCServerError) -> NSID {
    guard let collection = try? NSID(text) else {
      throw .invalidRequest("Enter the NSID of a collection.")
    }
    return collection
  }
}
