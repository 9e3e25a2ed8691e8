import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import ToolsOzoneAPI
import XRPC
import XRPCClient

/// The account or the record that a label or a report is about.
struct ModerationSubject: Sendable {
  /// The text as given.
  let text: String
  let repo: ATIdentifier
  /// Nil for an account.
  let record: RecordURI?

  init(_ text: String) throws {
    self.text = text
    if text.hasPrefix("at://") {
      if let uri = try? ATURI(text), uri.collection == nil {
        record = nil
        repo = uri.authority
        return
      }
      let record = try RecordURI(text)
      self.record = record
      repo = record.repo
    } else {
      record = nil
      repo = try ParsedArgument.identifier(text)
    }
  }

  /// A subject as methods expect it: with a DID, and with the CID of a record.
  struct Resolved: Sendable {
    /// A DID or an AT-URI with a DID.
    let uri: String
    let did: FormatString<DID>
    /// The current version of a record.
    let cid: FormatString<CIDString>?
  }

  /// The URI with the DID of the account.
  func uri(_ options: ClientOptions) async throws -> (did: DID, uri: String) {
    let did = try await options.did(of: repo)
    guard let record else { return (did, did.string) }
    return (did, "at://\(did)/\(record.collection)/\(record.recordKey)")
  }

  /// Looks up the DID of a handle, and the CID of a record.
  func resolved(_ options: ClientOptions) async throws -> Resolved {
    let (did, uri) = try await uri(options)
    guard let record else {
      return Resolved(uri: uri, did: FormatString(did), cid: nil)
    }
    let output = try await options.server.anonymous(of: .did(did)).comAtproto.repo.getRecord(
      ComAtproto.Repo.GetRecord.Parameters(
        repo: FormatString(did.string),
        collection: FormatString(record.collection.string),
        rkey: FormatString(record.recordKey.string)
      )
    )
    guard let cid = output.cid else {
      throw CommandError(reason: "the server of \(did) did not return the CID of \(uri)")
    }
    return Resolved(uri: uri, did: FormatString(did), cid: cid)
  }
}

extension ModerationSubject.Resolved {
  var eventSubject: ToolsOzone.Moderation.EmitEvent.Input.Subject {
    guard let cid else { return .repoRef(ComAtproto.Admin.Defs.RepoRef(did: did)) }
    return .strongRef(ComAtproto.Repo.StrongRef(uri: FormatString(uri), cid: cid))
  }

  var reportSubject: ComAtproto.Moderation.CreateReport.Input.Subject {
    guard let cid else { return .repoRef(ComAtproto.Admin.Defs.RepoRef(did: did)) }
    return .strongRef(ComAtproto.Repo.StrongRef(uri: FormatString(uri), cid: cid))
  }
}
